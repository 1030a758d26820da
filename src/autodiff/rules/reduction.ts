import { intAttribute, intsAttribute, type Node } from '../../onnx/graph';
import type { Tape } from '../tape';
import { rule, type RuleTraits, type Rules } from './rule';

/** The axes are the second input, and the rules put them back by number. */
const overAxes: RuleTraits = { integerInputs: [1], needsValues: true };

/** Sums, means and softmaxes along axes; ⊗ puts the reduced axes back. */
export const reduction: Rules = {
  // y = Σ x: dx = 1 ⊗ g
  ReduceSum: rule(
    ({ x: [x], g, node, t }) => [() => t.op('Expand', [kept(g, node, t), t.shape(x!)]), undefined],
    overAxes,
  ),
  // y = Σ x / n: dx = 1 ⊗ g/n
  ReduceMean: rule(
    ({ x: [x], g, node, t }) => [
      () => t.op('Expand', [t.div(kept(g, node, t), count(node, t)), t.shape(x!)]),
      undefined,
    ],
    overAxes,
  ),
  // y = log Σ exp x: dx = softmax(x) ⊗ g
  ReduceLogSumExp: rule(
    ({ x: [x], y, g, node, t }) => [
      () => t.mul(kept(g, node, t), t.op('Exp', [t.sub(x!, kept(y, node, t))])),
      undefined,
    ],
    overAxes,
  ),
  // y = Σ x²: dx = 2x ⊗ g
  ReduceSumSquare: rule(
    ({ x: [x], g, node, t }) => [() => t.mul(t.mul(t.scalar(2), x!), kept(g, node, t)), undefined],
    overAxes,
  ),
  // y = ‖x‖: dx = x ⊗ g/y
  ReduceL2: rule(({ x: [x], y, g, node, t }) => [() => t.mul(x!, kept(t.div(g, y), node, t)), undefined], overAxes),
  // dx = g for the number that won, in equal parts where several did
  ReduceMax: rule(({ x: [x], y, g, node, t }) => [() => shareOfWinners(x!, { y, g, node, t }), undefined], overAxes),
  ReduceMin: rule(({ x: [x], y, g, node, t }) => [() => shareOfWinners(x!, { y, g, node, t }), undefined], overAxes),
  // yᵢ = Σ x up to i: dxᵢ = Σ g from i on
  CumSum: rule(
    ({ x: [, axis], g, node, t }) => [
      () =>
        t.op('CumSum', [g, axis!], {
          exclusive: intAttribute(node, 'exclusive', 0),
          reverse: 1 - intAttribute(node, 'reverse', 0),
        }),
      undefined,
    ],
    { integerInputs: [1] },
  ),
  // y = softmax(x): dx = y (g - Σ g y)
  Softmax: rule(({ y: weights, g, node, t }) => [
    () => {
      const y = t.guarded(weights);
      return t.mul(y, t.sub(g, t.sum(t.mul(g, y), [intAttribute(node, 'axis', -1)])));
    },
  ]),
  // y = log softmax(x): dx = g - softmax(x) Σ g
  LogSoftmax: rule(({ y, g, node, t }) => [
    () => t.sub(g, t.mul(t.op('Exp', [y]), t.sum(g, [intAttribute(node, 'axis', -1)]))),
  ]),
};

function shareOfWinners(
  x: string,
  { y, g, node, t }: { readonly y: string; readonly g: string; readonly node: Node; readonly t: Tape },
): string {
  const won = t.op('CastLike', [t.op('Equal', [x, kept(y, node, t)]), x]);
  return t.mul(won, t.div(kept(g, node, t), t.sum(won, axesOf(node, t))));
}

/** The axes reduced over, counted from the front. @throws RangeError for axes that differ from run to run */
function axesOf(node: Node, t: Tape): readonly number[] {
  const rank = t.dims(node.inputs[0]!).length;
  const axes = node.inputs[1] ? t.known(node.inputs[1]) : (intsAttribute(node, 'axes') ?? []);
  if (!axes) throw new RangeError('axes that vary');
  if (axes.length === 0 && !intAttribute(node, 'noop_with_empty_axes', 0))
    return Array.from({ length: rank }, (_, i) => i);
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}

/** A reduced value with the reduced axes put back as 1. */
function kept(value: string, node: Node, t: Tape): string {
  const axes = axesOf(node, t);
  return intAttribute(node, 'keepdims', 1) || axes.length === 0 ? value : t.op('Unsqueeze', [value, t.ints(axes)]);
}

/** How many numbers each mean is taken over. */
function count(node: Node, t: Tape): string {
  const x = node.inputs[0]!;
  const sizes = axesOf(node, t).map((axis) => t.dims(x)[axis]);
  if (sizes.every((size) => size !== undefined)) return t.scalar(sizes.reduce((product, size) => product * size, 1));
  const ratio = t.div(t.op('Size', [x]), t.op('Size', [node.outputs[0]!]));
  return t.op('Cast', [ratio], { to: 1 });
}
