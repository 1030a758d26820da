import { describe, expect, it } from 'vitest';
import { packCandidates, packPositions } from '../../../../src/model/graph/packedPositions';
import { emptyGraph, extendGraph, standardModel } from '../../../../src/onnx/builder';
import { ElementType, type Graph, type Model } from '../../../../src/onnx/graph';
import { openSession, type Feeds } from '../../../../src/onnx/runtime/session';
import { floatTensor } from '../../../../src/onnx/tensor';
import { probeShapes } from '../../../../src/autodiff/probeShapes';
import { places, rowFeeds } from '../../../support/objective/rowFeeds';

const width = 4;
const packing = { ids: 'ids', places };

/** Two rows of work by position around a sum over positions, which a mask keeps free of padding. */
function layeredGraph(): Graph {
  const b = extendGraph(emptyGraph, '');
  b.input({ name: 'ids', type: ElementType.int64, dims: ['batch', 'sequence'] });
  b.input({ name: 'hidden', type: ElementType.float, dims: ['batch', 'sequence', width] });
  b.input({ name: 'mask', type: ElementType.float, dims: ['batch', 'sequence', 1] });
  b.input({ name: places.packed, type: ElementType.int64, dims: ['tokens'] });
  b.input({ name: places.padded, type: ElementType.int64, dims: ['places'] });
  const weight = (seed: number): string =>
    b.constant(
      floatTensor(
        [width, width],
        Array.from({ length: width * width }, (_, i) => Math.sin(i * seed)),
      ),
    );
  const inner = b.op('Tanh', [b.op('MatMul', ['hidden', weight(1)])]);
  const ofAll = b.op('ReduceSum', [b.op('Mul', [inner, 'mask']), b.ints([1])], { keepdims: 1 });
  const rows = b.op('Shape', [inner], { start: 0, end: 2 });
  const everywhere = b.op('Expand', [ofAll, b.op('Concat', [rows, b.ints([width])], { axis: 0 })]);
  const outer = b.op('MatMul', [b.op('Add', [everywhere, inner]), weight(2)]);
  b.alias(b.op('Mul', [outer, 'mask']), 'out');
  return b.graph([{ name: 'out', type: ElementType.float }]);
}

const feeds = (lengths: readonly number[], longest = Math.max(...lengths)): Feeds => rowFeeds(lengths, longest, width);

async function packedModel(): Promise<Model> {
  const model = standardModel(layeredGraph());
  const shapes = await probeShapes(model, packCandidates(model.graph, 'none'), [], [feeds([2, 3, 1]), feeds([4, 5])]);
  const positional = (value: string): boolean =>
    ['3,3', '2,5'].every((rows, i) => shapes.seen(value)[i]?.slice(0, 2).join() === rows);
  const { graph } = packPositions(model.graph, { dims: shapes.dims, positional }, { packing, answerPositions: 'none' });
  return { ...model, graph };
}

const outputOf = async (model: Model, given: Feeds, name = 'out'): Promise<readonly number[]> => {
  const outputs = [{ name, type: ElementType.float }];
  const session = await openSession({ ...model, graph: { ...model.graph, outputs } }, { threads: 1, optimize: false });
  const { [name]: found } = await session.run(given);
  await session.release();
  return name === 'out' ? Array.from(found!.data, Number) : found!.dims;
};

describe('work by position, without padding', () => {
  it.each([[[3, 1, 2]], [[1, 7]], [[5, 5]], [[1]]])('computes the same for rows of %j tokens', async (lengths) => {
    const given = feeds(lengths, Math.max(...lengths) + 1);
    const expected = await outputOf(standardModel(layeredGraph()), given);
    const found = await outputOf(await packedModel(), given);
    expect(found).toHaveLength(expected.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it('multiplies as many rows by a weight as there are tokens, and one of padding', async () => {
    const model = await packedModel();
    const products = model.graph.nodes.filter(({ op }) => op === 'MatMul').map(({ outputs: [name] }) => name!);
    expect(products).toHaveLength(2);
    for (const product of products) expect(await outputOf(model, feeds([1, 9, 4]), product)).toEqual([1, 15, width]);
  });

  it('leaves a graph alone in which nothing works by position', () => {
    const b = extendGraph(emptyGraph, '');
    b.input({ name: 'ids', type: ElementType.int64, dims: ['batch', 'sequence'] });
    b.alias(b.op('CumSum', ['ids', b.ints([1])]), 'out');
    const graph = b.graph([{ name: 'out', type: ElementType.int64 }]);
    const shapes = { dims: () => [], positional: () => false };
    const { nodes } = packPositions(graph, shapes, { packing, answerPositions: 'none' }).graph;
    expect(nodes.filter(({ op }) => op === 'Gather' || op === 'CumSum').map(({ op }) => op)).toEqual(['CumSum']);
  });
});
