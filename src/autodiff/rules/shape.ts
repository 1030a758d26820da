import { intAttribute, intsAttribute } from '../../onnx/graph';
import type { Tape } from '../tape';
import { broadcasting, rule, type Gradient, type Rule, type Rules } from './rule';
import { backThroughSlice } from './slice';

/** y holds the numbers of x in their order: dx = g in the shape of x. */
const reshaped = (integerInputs: readonly number[], needsValues?: true): Rule =>
  rule(({ x, g, t }) => [() => t.reshape(g, t.shape(x[0]!)), ...x.slice(1).map(() => undefined)], {
    integerInputs,
    ...(needsValues && { needsValues }),
  });

/** Operators that only move numbers; their gradients move them back. */
export const shape: Rules = {
  Reshape: reshaped([1]),
  Flatten: reshaped([]),
  Squeeze: reshaped([1], true),
  Unsqueeze: reshaped([1], true),
  // y = x along other axes: dx = g along the axes as they were
  Transpose: rule(({ x: [x], g, node, t }) => [
    () => {
      const perm =
        intsAttribute(node, 'perm') ??
        t
          .dims(x!)
          .map((_, i) => i)
          .reverse();
      return t.op('Transpose', [g], { perm: perm.map((_, axis) => perm.indexOf(axis)) });
    },
  ]),
  // y = copies of x: dx = Σ g, which the walk sums
  Expand: rule(({ g }) => [() => g, undefined], { ...broadcasting, integerInputs: [1] }),
  // [r₀, d₀, r₁, d₁, …]: the copies of each number are along the even axes, so dx = Σ g over those
  Tile: rule(
    ({ x: [x, repeats], g, t }) => [
      () => {
        const rank = t.dims(x!).length;
        if (rank === 0) return g;
        const apart = t.reshape(
          t.op(
            'Concat',
            [repeats!, t.shape(x!)].map((sizes) => t.op('Unsqueeze', [sizes, t.ints([1])])),
            { axis: 1 },
          ),
          t.ints([-1]),
        );
        return t.op('ReduceSum', [t.reshape(g, apart), t.ints(Array.from({ length: rank }, (_, i) => 2 * i))], {
          keepdims: 0,
        });
      },
      undefined,
    ],
    { integerInputs: [1] },
  ),
  // y = [x₁, x₂, …]: dxᵢ = its part of g
  Concat: rule(({ x, g, node, t }) => {
    const axis = intAttribute(node, 'axis', 0);
    let parts: readonly string[] | undefined;
    const split = (): readonly string[] =>
      (parts ??= x.length === 1 ? [g] : t.ops('Split', [g, sizesAlong(x, axis, t)], x.length, { axis }));
    return x.map(
      (_, i): Gradient =>
        () =>
          split()[i]!,
    );
  }),
  // x = [y₁, y₂, …]: dx = [g₁, g₂, …]
  Split: {
    vjp: (node, upstream, t) => [
      () => {
        const parts = node.outputs.map((output, i) => upstream[i] ?? t.zerosLike(output));
        return t.op('Concat', parts, { axis: intAttribute(node, 'axis', 0) });
      },
      undefined,
    ],
    integerInputs: [1],
    needsValues: true,
  },
  // y = part of x: dx = g there, 0 where the slice did not reach
  Slice: rule(
    ({ x, y, g, node, t }) => [() => backThroughSlice(node, { y, g, t }), ...x.slice(1).map(() => undefined)],
    { integerInputs: [1, 2, 3, 4], needsValues: true },
  ),
  // y = [c, x, c], c constant: dx = the part of g between
  Pad: rule(
    ({ x: [, padding, , ...axes], g, node, t }) => [
      () => {
        if (node.attributes.mode?.kind === 'string' && node.attributes.mode.value !== 'constant')
          throw new RangeError('padding that repeats numbers');
        return t.op('Pad', [g, t.neg(padding!), t.scalar(0), ...axes]);
      },
      undefined,
      undefined,
    ],
    { integerInputs: [1, 3] },
  ),
  // y = one triangle of x: dx = the same triangle of g
  Trilu: rule(
    ({ x: [, ...diagonal], g, node, t }) => [
      () => t.op('Trilu', [g, ...diagonal], { upper: intAttribute(node, 'upper', 1) }),
      undefined,
    ],
    { integerInputs: [1] },
  ),
};

function sizesAlong(values: readonly string[], axis: number, t: Tape): string {
  const sizes = values.map((value) => t.dims(value).at(axis));
  if (sizes.every((size) => size !== undefined)) return t.ints(sizes);
  return t.op(
    'Concat',
    values.map((value) => t.op('Gather', [t.shape(value), t.ints([axis])])),
    { axis: 0 },
  );
}
