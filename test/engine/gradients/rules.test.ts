import { describe, expect, it } from 'vitest';
import { differentiate, gradientOf, requireRule } from '../../../src/autodiff/gradient';
import { operatorsWithoutRule } from '../../../src/autodiff/path';
import { steps } from '../../../src/autodiff/rules/steps';
import { rules } from '../../../src/autodiff/rules/table';
import { emptyGraph, extendGraph, standardModel, type Builder } from '../../../src/onnx/builder';
import { ElementType, type Model, type Node } from '../../../src/onnx/graph';
import { floats, openSession, type Feeds } from '../../../src/onnx/runtime/session';
import { floatTensor } from '../../../src/onnx/tensor';
import { activationCases } from './cases/activation';
import { elementwiseCases } from './cases/elementwise';
import { indexingCases } from './cases/indexing';
import { linearCases } from './cases/linear';
import { normalizationCases } from './cases/normalization';
import { reductionCases } from './cases/reduction';
import type { RuleCases } from './cases/ruleCase';
import { shapeCases } from './cases/shape';
import { gradientErrors, lossModel } from '../../support/engine/gradientCheck';
import { seededRandom } from '../../support/engine/random';

const casesPerOperator = 15;
const cases: RuleCases = {
  ...activationCases,
  ...elementwiseCases,
  ...indexingCases,
  ...linearCases,
  ...normalizationCases,
  ...reductionCases,
  ...shapeCases,
};

/**
 * Checked in quantized.test.ts and variants.test.ts: their steps hide from differences, or their weights are packed.
 */
const checkedElsewhere = new Set([
  'com.microsoft.MatMulNBits',
  'com.microsoft.MatMulBnb4',
  'DynamicQuantizeLinear',
  'QuantizeLinear',
  'DequantizeLinear',
  'MatMulInteger',
]);

describe('gradient rules against central differences', () => {
  it.each(Object.entries(cases))('the rule of %s holds for random shapes and attributes', async (op, draw) => {
    for (let seed = 1; seed <= casesPerOperator; seed++) {
      const random = seededRandom(seed);
      const example = draw(random);
      const errors = await gradientErrors(example, random).catch((error: Error) => [error.stack ?? error.message]);
      expect(
        errors,
        `case ${seed}: ${example.operands.map(({ kind, dims }) => `${kind} [${dims}]`).join(', ')}`,
      ).toEqual([]);
      expect(
        lossModel(example).graph.nodes.map((node) => (node.domain ? `${node.domain}.${node.op}` : node.op)),
      ).toContain(op);
    }
  });

  it('every operator that has a rule is checked', () => {
    const differentiable = Object.keys(rules).filter((op) => !(op in steps) && !checkedElsewhere.has(op));
    expect(Object.keys(cases).sort()).toEqual(differentiable.sort());
  });
});

describe('the walk over the graph', () => {
  it('adds up the gradients of a value that is used twice', async () => {
    const model = scalarModel(['x'], (b) => b.op('Mul', [b.op('Mul', ['x', 'x']), b.op('Add', ['x', 'x'])]));
    const gradients = await gradientsAt(model, ['x'], { x: floats([3], Float32Array.of(1, 2, -3)) });
    // d(2x³) = 6x²
    expect(Array.from(gradients.x!)).toEqual([6, 24, 54]);
  });

  it('adds up the gradients that meet where branches part', async () => {
    const model = scalarModel(['x'], (b) => {
      const shared = b.op('Exp', ['x']);
      return b.op('Sub', [b.op('Mul', [shared, b.scalar(3)]), shared]);
    });
    const gradients = await gradientsAt(model, ['x'], { x: floats([2], Float32Array.of(0, 1)) });
    expect(gradients.x![0]).toBeCloseTo(2, 5);
    expect(gradients.x![1]).toBeCloseTo(2 * Math.E, 5);
  });

  it('gives zeros for an input that the loss does not depend on', async () => {
    const model = scalarModel(['x', 'idle'], (b) =>
      b.op('Mul', ['x', b.op('Cast', [b.op('Size', ['idle'])], { to: ElementType.float })]),
    );
    const gradients = await gradientsAt(model, ['x', 'idle'], {
      x: floats([1], Float32Array.of(5)),
      idle: floats([2], Float32Array.of(7, 8)),
    });
    expect(Array.from(gradients.x!)).toEqual([2]);
    expect(Array.from(gradients.idle!)).toEqual([0, 0]);
  });

  it('stops at operators that have no slope', async () => {
    const model = scalarModel(['x'], (b) => b.op('Mul', ['x', b.op('Floor', ['x'])]));
    const gradients = await gradientsAt(model, ['x'], { x: floats([2], Float32Array.of(1.5, 3.5)) });
    expect(Array.from(gradients.x!)).toEqual([1, 3]);
  });

  it.each<readonly [string, (b: Builder, weights: string, scores: string) => string]>([
    ['where it is no number', (b, weights) => b.op('Where', [b.op('IsNaN', [weights]), b.scalar(0), weights])],
    [
      'where all of its row is hidden',
      (b, weights, scores) => {
        const best = b.op('ReduceMax', [scores, b.ints([-1])], { keepdims: 1 });
        return b.op('Where', [b.op('IsInf', [best]), b.scalar(0), weights]);
      },
    ],
  ])('of a softmax that the graph puts 0 for %s is 0 there', async (_, guarded) => {
    const hidden = [-Infinity, -Infinity, 0, 0];
    const model = scalarModel(['x'], (b) => {
      const scores = b.op('Add', [b.op('Reshape', ['x', b.ints([-1, 2])]), b.constant(floatTensor([2, 2], hidden))]);
      const weights = b.op('Softmax', [scores], { axis: -1 });
      return b.op('Mul', [guarded(b, weights, scores), b.constant(floatTensor([2, 2], [1, 2, 3, 5]))]);
    });
    const probe: Feeds = { x: floats([4], Float32Array.of(1, 2, 0, Math.log(3))) };
    const session = await openSession(
      await differentiate(model, { loss: 'loss', withRespectTo: ['x'], probes: [probe, probe] }),
      { threads: 1 },
    );
    const { data } = (await session.run(probe))[gradientOf('x')]!;
    await session.release();
    // Weights 1/4 and 3/4, their mean gradient 4.5.
    expect(Array.from(data, Number)).toEqual([0, 0, expect.closeTo(-0.375, 5), expect.closeTo(0.375, 5)]);
  });

  it('keeps the outputs of the graph beside the gradients', async () => {
    const model = scalarModel(['x'], (b) => b.op('Exp', ['x']));
    const differentiated = await differentiate(model, { loss: 'loss', withRespectTo: ['x'], probes: probesOf(['x']) });
    expect(differentiated.graph.outputs.map((output) => output.name)).toEqual(['loss', gradientOf('x')]);
  });

  it('builds no gradient for a weight', async () => {
    const model = scalarModel(['x'], (b) => b.op('MatMul', [b.op('MatMul', ['x', weight(b)]), weight(b)]), [['n', 2]]);
    const { graph } = await differentiate(model, { loss: 'loss', withRespectTo: ['x'], probes: probesOf(['x'], 2) });
    expect(graph.nodes.filter((node) => node.op === 'MatMul')).toHaveLength(4);
  });
});

describe('operators without a gradient', () => {
  const withMish = (): Model => scalarModel(['x'], (b) => b.op('Mish', ['x']));

  it('are refused by name', async () => {
    await expect(
      differentiate(withMish(), { loss: 'loss', withRespectTo: ['x'], probes: probesOf(['x']) }),
    ).rejects.toMatchObject({ code: 'no-rule', message: expect.stringContaining('Mish') });
  });

  it.each(Object.keys(rules).filter((op) => op.startsWith('com.microsoft.')))(
    'refuse %s by name with an input or an attribute that its rule does not read',
    (name) => {
      const { reads } = rules[name]!;
      const node = (inputs: readonly string[], attributes: Node['attributes'] = {}): Node => ({
        op: name.split('.').at(-1)!,
        domain: 'com.microsoft',
        name: 'fused',
        inputs,
        outputs: ['y'],
        attributes,
      });
      const invented: readonly Node[] = [
        node([...reads!.inputs.map(() => ''), 'invented']),
        node(['x'], { invented: { kind: 'int', value: 3 } }),
      ];
      for (const each of invented) expect(() => requireRule(each)).toThrow(/"fused".*invented/);
      expect(requireRule(node(['x']))).toBe(rules[name]);
    },
  );

  it('are listed without running the graph', () => {
    expect(operatorsWithoutRule(withMish().graph, 'loss', ['x'])).toEqual(['Mish']);
  });

  it('do no harm away from the path of the gradient', async () => {
    const model = scalarModel(['x', 'side'], (b) => b.op('Mul', ['x', b.op('Mish', ['side'])]));
    expect(operatorsWithoutRule(model.graph, 'loss', ['x'])).toEqual([]);
    const gradients = await gradientsAt(model, ['x'], {
      x: floats([1], Float32Array.of(2)),
      side: floats([1], Float32Array.of(0)),
    });
    expect(Array.from(gradients.x!)).toEqual([0]);
  });

  it.each<readonly [string, (b: Builder) => string]>([
    ['a slice that runs backwards', (b) => b.op('Slice', ['x', b.ints([-1]), b.ints([-9]), b.ints([0]), b.ints([-1])])],
    [
      'a slice whose steps vary',
      (b) => b.op('Slice', ['x', b.ints([0]), b.ints([9]), b.ints([0]), b.op('Shape', ['x'])]),
    ],
    [
      'a convolution in steps',
      (b) =>
        b.op(
          'Conv',
          [
            b.op('Reshape', ['x', b.ints([1, 1, -1])]),
            b.constant({ type: ElementType.float, dims: [1, 1, 1], bytes: new Uint8Array(4) }),
          ],
          { strides: [2] },
        ),
    ],
    [
      'sums over axes that vary',
      (b) => b.op('ReduceSum', [b.op('Unsqueeze', ['x', b.ints([0, 1, 2, 3, 4])]), b.op('Shape', ['x'])]),
    ],
    [
      'means over axes that vary',
      (b) => b.op('ReduceMean', [b.op('Unsqueeze', ['x', b.ints([0, 1, 2, 3, 4])]), b.op('Shape', ['x'])]),
    ],
  ])('%s is refused rather than differentiated wrongly', async (_, build) => {
    const model = scalarModel(['x'], build);
    await expect(
      differentiate(model, { loss: 'loss', withRespectTo: ['x'], probes: probesOf(['x']) }),
    ).rejects.toMatchObject({ code: 'no-rule' });
  });
});

/** The sum of what `build` returns, as a model over float inputs of shape [n] unless told. */
function scalarModel(
  inputs: readonly string[],
  build: (b: Builder) => string,
  dims: readonly (readonly (number | string)[])[] = [],
): Model {
  const b = extendGraph(emptyGraph, 'forward/');
  inputs.forEach((name, i) => b.input({ name, type: ElementType.float, dims: dims[i] ?? [`${name}_n`] }));
  b.alias(b.op('ReduceSum', [build(b)], { keepdims: 0 }), 'loss');
  return standardModel(b.graph([{ name: 'loss', type: ElementType.float }]));
}

const weight = (b: Builder): string =>
  b.constant({ type: ElementType.float, dims: [2, 2], bytes: new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) });

function probesOf(inputs: readonly string[], width?: number): readonly [Feeds, Feeds] {
  const probe = (length: number): Feeds =>
    Object.fromEntries(
      inputs.map((name) => {
        const dims = width ? [length, width] : [length];
        return [name, floats(dims, new Float32Array(length * (width ?? 1)).fill(1))];
      }),
    );
  return [probe(2), probe(4)];
}

async function gradientsAt(
  model: Model,
  withRespectTo: readonly string[],
  feeds: Feeds,
): Promise<Readonly<Record<string, Float32Array>>> {
  const inputs = model.graph.inputs.map((input) => input.name);
  const session = await openSession(
    await differentiate(model, { loss: 'loss', withRespectTo, probes: probesOf(inputs) }),
    { threads: 1 },
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(withRespectTo.map((name) => [name, results[gradientOf(name)]!.data as Float32Array]));
}
