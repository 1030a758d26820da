import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/autodiff/gradient';
import type { Builder } from '../../../src/onnx/builder';
import type { Node } from '../../../src/onnx/graph';
import { floats } from '../../../src/onnx/runtime/session';
import { gradientErrors, lossModel, type Case } from '../../support/engine/gradientCheck';
import { trained } from '../../support/engine/operands';
import { seededRandom } from '../../support/engine/random';

type Form = (b: Builder, x: string) => string;

const root = (b: Builder, square: string, axis = -1): string =>
  b.op('Sqrt', [b.op('Add', [b.op('ReduceMean', [square, b.ints([axis])], { keepdims: 1 }), b.scalar(1e-2)])]);
const squared = (b: Builder, x: string): string => b.op('Pow', [x, b.scalar(2)]);

/** As exporters and our own builder write them. */
const forms: Readonly<Record<string, Form>> = {
  'x σ(x)': (b, x) => b.op('Mul', [x, b.op('Sigmoid', [x])]),
  'σ(x) x': (b, x) => b.op('Mul', [b.op('Sigmoid', [x]), x]),
  'x / √(mean x² + ε)': (b, x) => b.op('Div', [x, root(b, squared(b, x))]),
  'x · 1/√(mean x·x + ε) by a reciprocal': (b, x) =>
    b.op('Mul', [x, b.op('Reciprocal', [root(b, b.op('Mul', [x, x]))])]),
  '1/√(mean x² + ε) · x by a division': (b, x) => {
    const inverse = b.op('Div', [b.scalar(1), root(b, squared(b, x))]);
    return b.op('Mul', [inverse, x]);
  },
  'd / √(mean d² + ε) of what is centred': (b, x) => {
    const centred = b.op('Sub', [x, b.op('ReduceMean', [x, b.ints([-1])], { keepdims: 1 })]);
    return b.op('Div', [centred, root(b, squared(b, centred))]);
  },
};

/** Look like one of the forms and are none. */
const others: Readonly<Record<string, Form>> = {
  'x σ(2x)': (b, x) => b.op('Mul', [x, b.op('Sigmoid', [b.op('Mul', [x, b.scalar(2)])])]),
  'x / √(mean x² + ε) over another axis': (b, x) => b.op('Div', [x, root(b, squared(b, x), 0)]),
  'x / √(mean x⁴ + ε)': (b, x) => b.op('Div', [x, root(b, b.op('Pow', [x, b.scalar(4)]))]),
  '3 x / √(mean x² + ε)': (b, x) => b.op('Mul', [b.op('Div', [b.scalar(3), root(b, squared(b, x))]), x]),
  'x / √(mean y² + ε)': (b, x) => b.op('Div', [x, root(b, squared(b, b.op('Tanh', [x])))]),
};

const caseOf = (form: Form): Case => ({
  operands: [trained(['n', 'm', 5])],
  // What is read behind the stretch and beside it receives gradients from both.
  build: (b, [x]) => {
    const y = form(b, x!);
    return [b.op('Mul', [y, b.op('Tanh', [x!])]), y];
  },
});

async function gradientNodes(form: Form): Promise<readonly Node[]> {
  const probe = (n: number, m: number) => ({ x0: floats([n, m, 5], new Float32Array(n * m * 5).fill(0.5)) });
  const before = lossModel(caseOf(form));
  const { graph } = await differentiate(before, {
    loss: 'loss',
    withRespectTo: ['x0'],
    probes: [probe(2, 3), probe(4, 5)],
  });
  return graph.nodes.slice(before.graph.nodes.length);
}

describe('gradients of stretches of operators as a whole', () => {
  it.each(Object.entries({ ...forms, ...others }))('of %s equals central differences', async (_, form) => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = seededRandom(seed);
      expect(await gradientErrors(caseOf(form), random)).toEqual([]);
    }
  });

  it.each(Object.keys(forms))('of %s reads what the stretch returns, and not what entered it', async (name) => {
    const entered = name.startsWith('d ') ? 'forward/Sub_2' : 'x0';
    const nodes = await gradientNodes((b, x) => forms[name]!(b, x));
    const readers = nodes.filter(({ op, inputs }) => inputs.includes(entered) && op !== 'Shape' && op !== 'Tanh');
    expect(readers).toEqual([]);
  });

  it.each(Object.keys(others))('of %s goes through its operators one by one', async (name) => {
    const nodes = await gradientNodes((b, x) => others[name]!(b, x));
    expect(
      nodes.some(({ inputs }) => inputs.includes('x0') || inputs.some((input) => /Sigmoid|Sqrt/.test(input))),
    ).toBe(true);
  });
});
