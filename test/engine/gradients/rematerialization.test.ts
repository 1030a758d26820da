import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/autodiff/gradient';
import type { Builder } from '../../../src/onnx/builder';
import { valuesRead } from '../../../src/onnx/graph';
import { floats } from '../../../src/onnx/runtime/session';
import { gradientErrors, lossModel, type Case } from '../../support/engine/gradientCheck';
import { trained } from '../../support/engine/operands';
import { seededRandom } from '../../support/engine/random';

type Form = (b: Builder, x: string) => string;

const times = (b: Builder, x: string, factor: number): string => b.op('Mul', [x, b.scalar(factor)]);
const onePlus = (b: Builder, x: string): string => b.op('Add', [b.scalar(1), x]);
const silu = (b: Builder, x: string): string => b.op('Mul', [x, b.op('Sigmoid', [x])]);

/** Activations as exporters write them: several values as large as what enters, which all follow from it. */
const activations: Readonly<Record<string, Form>> = {
  'x σ(x)': silu,
  'x σ(1.702 x)': (b, x) => b.op('Mul', [x, b.op('Sigmoid', [times(b, x, 1.702)])]),
  'GELU by the error function': (b, x) =>
    times(b, b.op('Mul', [x, onePlus(b, b.op('Erf', [b.op('Div', [x, b.scalar(Math.SQRT2)])]))]), 0.5),
  'GELU by the hyperbolic tangent': (b, x) => {
    const inner = b.op('Add', [x, times(b, b.op('Pow', [x, b.scalar(3)]), 0.044715)]);
    return b.op('Mul', [times(b, x, 0.5), onePlus(b, b.op('Tanh', [times(b, inner, Math.sqrt(2 / Math.PI))]))]);
  },
  'one behind a bias': (b, x) =>
    silu(b, b.op('Add', [x, b.constant({ type: 1, dims: [4], bytes: new Uint8Array(16) })])),
};

/** What is no more to hold than what it would be computed from, or does not follow from one value number by number. */
const held: Readonly<Record<string, Form>> = {
  'one value': (b, x) => b.op('Tanh', [x]),
  'a value beside what it follows from by a sum': (b, x) =>
    b.op('Mul', [x, b.op('ReduceMean', [x, b.ints([-1])], { keepdims: 1 })]),
  'a softmax': (b, x) => b.op('Mul', [x, b.op('Softmax', [x], { axis: -1 })]),
};

/** An activation between two products, gated by a third, as the feed-forward part of a layer is. */
const caseOf = (form: Form): Case => ({
  operands: [trained(['n', 'm', 3]), trained([3, 4], -0.8, 0.8), trained([3, 4], -0.8, 0.8)],
  build: (b, [x, gate, up]) => [b.op('Mul', [form(b, b.op('MatMul', [x!, gate!])), b.op('MatMul', [x!, up!])])],
});

/** Which values of the forward pass the gradient reads, and which nodes compute one of them again. */
async function differentiated(form: Form): Promise<{ readonly read: readonly string[]; readonly again: string[] }> {
  const before = lossModel(caseOf(form));
  const probe = (n: number, m: number) => ({
    x0: floats([n, m, 3], new Float32Array(n * m * 3).fill(0.5)),
    x1: floats([3, 4], new Float32Array(12).fill(0.25)),
    x2: floats([3, 4], new Float32Array(12).fill(0.75)),
  });
  const { graph } = await differentiate(before, {
    loss: 'loss',
    withRespectTo: ['x0', 'x1', 'x2'],
    probes: [probe(2, 3), probe(4, 5)],
  });
  const forward = new Set(before.graph.nodes.flatMap(({ outputs }) => outputs));
  const appended = graph.nodes.slice(before.graph.nodes.length);
  const reads = appended.filter(({ op }) => op !== 'Shape').flatMap(valuesRead);
  return {
    read: [...new Set(reads)].filter((value) => forward.has(value) && !before.graph.initializers.has(value)),
    again: appended.filter(({ name }) => name.endsWith('/again')).map(({ op }) => op),
  };
}

describe('values that follow from one number by number', () => {
  it.each(Object.entries({ ...activations, ...held }))('%s: gradients equal central differences', async (_, form) => {
    for (let seed = 1; seed <= 4; seed++) expect(await gradientErrors(caseOf(form), seededRandom(seed))).toEqual([]);
  });

  it.each(Object.entries(activations))('%s: only what it follows from is held', async (_, form) => {
    const { read, again } = await differentiated(form);
    // Both products, and what the loss is weighted by.
    expect(read.filter((value) => value.includes('MatMul'))).toHaveLength(2);
    expect(read.filter((value) => !/MatMul|Reshape/.test(value))).toEqual([]);
    expect(again.length).toBeGreaterThan(1);
  });

  it.each(Object.entries(held))('%s is held', async (_, form) => {
    expect((await differentiated(form)).again).toEqual([]);
  });
});
