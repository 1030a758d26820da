import { floatAttribute, type Node } from '../../onnx/graph';
import type { Tape } from '../tape';
import { broadcasting, rule, type Rules } from './rule';

/** y = f(x) position by position, where f is a unit of a neural network: dx = f'(x) g. */
export const activation: Rules = {
  // f = x Φ(x) or, with approximate = tanh, FastGelu's form
  Gelu: rule(({ x: [x], g, node, t }) => [() => t.mul(g, isTanh(node) ? tanhGeluSlope(x!, t) : geluSlope(x!, t))]),
  'com.microsoft.Gelu': rule(({ x: [x], g, t }) => [() => t.mul(g, geluSlope(x!, t))], {
    reads: { inputs: ['X'], attributes: [] },
  }),
  // y = f(x + bias), where there is one: dbias = dx
  'com.microsoft.FastGelu': rule(
    ({ x: [x, bias], g, t }) => {
      const slope = (): string => t.mul(g, tanhGeluSlope(bias ? t.add(x!, bias) : x!, t));
      return [slope, slope];
    },
    { ...broadcasting, reads: { inputs: ['X', 'bias'], attributes: [] } },
  ),
  // y = x σ(αx): y' = σ(αx) (1 + αx (1 - σ(αx)))
  'com.microsoft.QuickGelu': rule(
    ({ x: [x], g, node, t }) => [
      () => {
        const scaled = t.mul(x!, t.scalar(floatAttribute(node, 'alpha', 1.702)));
        const gate = t.op('Sigmoid', [scaled]);
        return t.mul(g, t.mul(gate, t.add(t.scalar(1), t.mul(scaled, t.sub(t.scalar(1), gate)))));
      },
    ],
    { reads: { inputs: ['X'], attributes: ['alpha'] } },
  ),
  // y = log(1 + eˣ): y' = σ(x)
  Softplus: rule(({ x: [x], g, t }) => [() => t.mul(g, t.op('Sigmoid', [x!]))]),
  // y = x above zero, αx below: y' = 1, α
  LeakyRelu: rule(({ x: [x], g, node, t }) => [
    () => whereNegative(x!, { below: t.mul(g, t.scalar(floatAttribute(node, 'alpha', 0.01))), above: g, t }),
  ]),
  // y = x above zero, α (eˣ - 1) below: y' = 1, y + α
  Elu: rule(({ x: [x], y, g, node, t }) => [
    () => whereNegative(x!, { below: t.mul(g, t.add(y, t.scalar(floatAttribute(node, 'alpha', 1)))), above: g, t }),
  ]),
};

const isTanh = (node: Node): boolean =>
  node.attributes.approximate?.kind === 'string' && node.attributes.approximate.value === 'tanh';

/** (x Φ(x))' = Φ(x) + x φ(x), Φ and φ of the standard normal distribution. */
function geluSlope(x: string, t: Tape): string {
  const cumulative = t.mul(t.scalar(0.5), t.add(t.scalar(1), t.op('Erf', [t.mul(x, t.scalar(Math.SQRT1_2))])));
  const density = t.mul(t.scalar(1 / Math.sqrt(2 * Math.PI)), t.op('Exp', [t.mul(t.scalar(-0.5), t.mul(x, x))]));
  return t.add(cumulative, t.mul(x, density));
}

/** (x/2 (1 + tanh u))' = (1 + tanh u)/2 + x/2 (1 - tanh² u) u', u = √(2/π) (x + 0.044715 x³). */
function tanhGeluSlope(x: string, t: Tape): string {
  const [root, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
  const square = t.mul(x, x);
  const tanh = t.op('Tanh', [t.mul(t.scalar(root), t.mul(x, t.add(t.scalar(1), t.mul(t.scalar(cubic), square))))]);
  const inner = t.mul(t.scalar(root), t.add(t.scalar(1), t.mul(t.scalar(3 * cubic), square)));
  const bend = t.mul(t.mul(t.sub(t.scalar(1), t.mul(tanh, tanh)), x), inner);
  return t.mul(t.scalar(0.5), t.add(t.add(t.scalar(1), tanh), bend));
}

function whereNegative(
  x: string,
  { below, above, t }: { readonly below: string; readonly above: string; readonly t: Tape },
): string {
  return t.op('Where', [t.op('Less', [x, t.scalar(0)]), below, above]);
}
