import { describe, expect, it } from 'vitest';
import { emptyGraph } from '../../../src/onnx/builder';
import { ElementType, type Attribute, type Graph, type Model, type Node } from '../../../src/onnx/graph';
import { normalizeModel } from '../../../src/onnx/normalize';
import { floats, openSession, type Feeds } from '../../../src/onnx/runtime/session';
import { floatTensor, int64Tensor, tensorNumbers } from '../../../src/onnx/tensor';
import { node } from '../../support/models/onnxFiles';

const int = (value: number): Attribute => ({ kind: 'int', value });
const ints = (...value: readonly number[]): Attribute => ({ kind: 'ints', value });
const float = (value: number): Attribute => ({ kind: 'float', value });
const output = (name: string): Graph['outputs'][number] => ({ name, type: ElementType.float });

const modelOf = (nodes: readonly Node[], outputs: readonly string[], opset = 13): Model => ({
  irVersion: 7,
  opsets: new Map([['', opset]]),
  graph: {
    ...emptyGraph,
    inputs: [{ name: 'x', type: ElementType.float, dims: ['n', 4] }],
    outputs: outputs.map(output),
    nodes,
  },
});

async function outputsOf(model: Model, feeds: Feeds): Promise<Readonly<Record<string, unknown>>> {
  const session = await openSession(model, { threads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [
      name,
      { dims: [...dims], data: Array.from(data, Number) },
    ]),
  );
}

const feeds = { x: floats([2, 4], Float32Array.of(1, -2, 3, 4, 5, -6, 7, 8)) };

async function expectSameOutputs(model: Model): Promise<void> {
  const before = await outputsOf(model, feeds);
  expect(Object.keys(before)).not.toHaveLength(0);
  expect(await outputsOf(normalizeModel(model), feeds)).toEqual(before);
}

describe('an older model in the forms of operator set 18', () => {
  const reductions = [
    'ReduceMean',
    'ReduceMax',
    'ReduceMin',
    'ReduceProd',
    'ReduceL1',
    'ReduceL2',
    'ReduceLogSumExp',
    'ReduceSumSquare',
  ];
  const oneOfEach = modelOf(
    [
      ...reductions.map((op) => node(op, ['x'], [op], { axes: ints(-1), keepdims: int(0) })),
      node('ReduceMean', ['x'], ['overall']),
      node('Split', ['x'], ['left', 'right'], { axis: int(1) }),
      node('Constant', [], ['sizes'], { value: { kind: 'tensor', value: int64Tensor([2], [1, 3]) } }),
      node('Split', ['x', 'sizes'], ['first', 'others'], { axis: int(1) }),
      node('Constant', [], ['axes'], { value_ints: ints(0) }),
      node('ReduceSum', ['x', 'axes'], ['sums']),
      node('Constant', [], ['half'], { value_float: float(0.5) }),
      node('Constant', [], ['row'], { value_floats: { kind: 'floats', value: [1, 2, 3, 4] } }),
      node('Mul', ['x', 'half'], ['halved']),
      node('Add', ['halved', 'row'], ['shifted']),
    ],
    [...reductions, 'overall', 'left', 'right', 'first', 'others', 'sums', 'shifted'],
  );

  it('gives the numbers that it gave before', async () => {
    await expectSameOutputs(oneOfEach);
  });

  it('holds its constants as weights', () => {
    const { graph } = normalizeModel(oneOfEach);
    expect(graph.nodes.filter(({ op }) => op === 'Constant')).toEqual([]);
    expect(['sizes', 'axes', 'half', 'row'].map((name) => tensorNumbers(graph.initializers.get(name)!))).toEqual([
      [1, 3],
      [0],
      [0.5],
      [1, 2, 3, 4],
    ]);
  });

  it('names the axes of reductions by an input and the parts of a split by their number', () => {
    const { graph, opsets, irVersion } = normalizeModel(oneOfEach);
    const reduced = graph.nodes.find(({ op }) => op === 'ReduceMax')!;
    expect(reduced.attributes).toEqual({ keepdims: int(0) });
    expect(tensorNumbers(graph.initializers.get(reduced.inputs[1]!)!)).toEqual([-1]);
    const splits = graph.nodes.filter(({ op }) => op === 'Split');
    expect(splits.map(({ attributes }) => attributes.num_outputs)).toEqual([int(2), undefined]);
    expect([opsets.get(''), irVersion]).toEqual([18, 8]);
  });

  it('has branches in the same forms', async () => {
    const branch = (op: string, name: string): Attribute => ({
      kind: 'graph',
      value: {
        ...emptyGraph,
        name,
        outputs: [output(`${name}/y`)],
        nodes: [
          node('Constant', [], [`${name}/two`], { value_float: float(2) }),
          node(op, ['x'], [`${name}/reduced`], { axes: ints(0) }),
          node('Mul', [`${name}/reduced`, `${name}/two`], [`${name}/y`]),
        ],
      },
    });
    const choice = modelOf(
      [
        node('Constant', [], ['yes'], {
          value: { kind: 'tensor', value: { type: ElementType.bool, dims: [], bytes: Uint8Array.of(1) } },
        }),
        node('If', ['yes'], ['y'], {
          then_branch: branch('ReduceMean', 'then'),
          else_branch: branch('ReduceMax', 'else'),
        }),
      ],
      ['y'],
    );
    await expectSameOutputs(choice);
  });

  it('still computes an output that is a constant', async () => {
    await expectSameOutputs(
      modelOf(
        [
          node('Identity', ['x'], ['same']),
          node('Constant', [], ['fixed'], { value: { kind: 'tensor', value: floatTensor([2], [1, 2]) } }),
        ],
        ['same', 'fixed'],
      ),
    );
  });
});

describe('lists of tensors', () => {
  it('become the joins and parts that they stand for', async () => {
    const model = modelOf(
      [
        node('Constant', [], ['sizes'], { value: { kind: 'tensor', value: int64Tensor([2], [1, 3]) } }),
        node('Constant', [], ['last'], { value: { kind: 'tensor', value: int64Tensor([], [1]) } }),
        node('SplitToSequence', ['x', 'sizes'], ['parts'], { axis: int(1) }),
        node('SequenceAt', ['parts', 'last'], ['part']),
        node('Neg', ['x'], ['minus']),
        node('SequenceConstruct', ['x', 'minus'], ['list']),
        node('ConcatFromSequence', ['list'], ['joined'], { axis: int(0) }),
        node('ConcatFromSequence', ['list'], ['stacked'], { axis: int(1), new_axis: int(1) }),
      ],
      ['part', 'joined', 'stacked'],
    );
    await expectSameOutputs(model);
    expect(normalizeModel(model).graph.nodes.filter(({ op }) => op.includes('Sequence'))).toEqual([]);
  });
});

describe('other operator sets', () => {
  it('are left as they are from 18 on', () => {
    const model = modelOf([node('Split', ['x'], ['a', 'b'], { axis: int(1), num_outputs: int(2) })], ['a', 'b'], 21);
    expect(normalizeModel(model)).toMatchObject({ opsets: new Map([['', 21]]), graph: { nodes: model.graph.nodes } });
  });

  it('give from 11 on the numbers that they gave before', async () => {
    await expectSameOutputs(
      modelOf(
        [
          node('Unsqueeze', ['x'], ['raised'], { axes: ints(0, 3) }),
          node('Squeeze', ['raised'], ['lowered'], { axes: ints(0) }),
          node('ReduceSum', ['x'], ['sums'], { axes: ints(1), keepdims: int(0) }),
          node('Split', ['x'], ['left', 'right'], { axis: int(1), split: ints(1, 3) }),
          node('Split', ['x'], ['first', 'second'], { axis: int(1) }),
          node('Softmax', ['x'], ['chances']),
          node('Dropout', ['x'], ['kept'], { ratio: float(0.5) }),
        ],
        ['lowered', 'sums', 'left', 'right', 'first', 'second', 'chances', 'kept'],
        11,
      ),
    );
  });

  it('are refused before 11', () => {
    expect(() => normalizeModel(modelOf([node('Identity', ['x'], ['y'])], ['y'], 10))).toThrowError(
      expect.objectContaining({ code: 'model-opset', remedy: expect.any(String) }),
    );
  });
});
