import { ElementType, intAttribute, intsAttribute, type Node } from '../onnx/graph';
import { rule, type Gradient, type Rule, type Rules } from './rule';
import type { Tape } from './tape';

/** Operators that only move numbers; their gradients move them back. */
const restored: Rule = rule(({ x, g, t }) => [() => t.reshape(g, t.shape(x[0]!)), ...x.slice(1).map(() => undefined)]);

export const shape: Rules = {
  Reshape: restored,
  Flatten: restored,
  Squeeze: restored,
  Unsqueeze: restored,
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
  Expand: rule(({ x: [x], y, g, t }) => [() => t.sumTo(g, x!, y), undefined]),
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
  Split: (node, upstream, t) => [
    () => {
      const parts = node.outputs.map((output, i) => upstream[i] ?? t.zerosLike(output));
      return t.op('Concat', parts, { axis: intAttribute(node, 'axis', 0) });
    },
    undefined,
  ],
  // zeros stand where the slice did not reach
  Slice: rule(({ x, y, g, node, t }) => [
    () => (stepsOf(node, t) ? steppedSlice(node, { y, g, t }) : t.op('Pad', [g, slicePads(node, t), t.scalar(0)])),
    ...x.slice(1).map(() => undefined),
  ]),
  // rows chosen twice add up: one-hot(indices)ᵀ G
  Gather: rule(({ x: [data, indices], g, node, t }) => [
    () => gatherGradient(data!, indices!, g, { axis: intAttribute(node, 'axis', 0), t }),
    undefined,
  ]),
  GatherND: rule(({ x: [data, indices], g, node, t }) => [
    () => {
      const whole = withBatchIndices(indices!, intAttribute(node, 'batch_dims', 0), t);
      return t.op('ScatterND', [t.zerosLike(data!), whole, g], { reduction: { kind: 'string', value: 'add' } });
    },
    undefined,
  ]),
};

/** Indices into the whole of a value, of those that count within each entry of its first `axes` axes. */
function withBatchIndices(indices: string, axes: number, t: Tape): string {
  if (axes === 0) return indices;
  const rank = t.dims(indices).length;
  const [zero, one] = [0, 1].map((value) => t.op('Squeeze', [t.ints([value])])) as [string, string];
  const each = t.op('Concat', [t.op('Shape', [indices], { start: 0, end: rank - 1 }), t.ints([1])], { axis: 0 });
  const counted = Array.from({ length: axes }, (_, axis) => {
    const range = t.op('Range', [
      zero,
      t.op('Squeeze', [t.op('Shape', [indices], { start: axis, end: axis + 1 })]),
      one,
    ]);
    return t.op('Expand', [
      t.reshape(range, t.ints(Array.from({ length: rank }, (__, i) => (i === axis ? -1 : 1)))),
      each,
    ]);
  });
  return t.op('Concat', [...counted, indices], { axis: -1 });
}

function sizesAlong(values: readonly string[], axis: number, t: Tape): string {
  const sizes = values.map((value) => t.dims(value).at(axis));
  if (sizes.every((size) => size !== undefined)) return t.ints(sizes);
  return t.op(
    'Concat',
    values.map((value) => t.op('Gather', [t.shape(value), t.ints([axis])])),
    { axis: 0 },
  );
}

/** The steps of a slice that leaves numbers out, or undefined where every step is 1. @throws RangeError for steps that vary or run backwards */
function stepsOf({ inputs: [, , , , stepsInput] }: Node, t: Tape): readonly number[] | undefined {
  if (!stepsInput) return undefined;
  const steps = t.known(stepsInput);
  if (!steps) throw new RangeError('steps that vary');
  if (steps.some((step) => step < 1)) throw new RangeError('steps that run backwards');
  return steps.some((step) => step > 1) ? steps : undefined;
}

/** Each number is followed by step - 1 zeros, then the whole is moved to where the slice began; what stands over at the end is cut off. */
function steppedSlice(node: Node, { y, g, t }: { readonly y: string; readonly g: string; readonly t: Tape }): string {
  const [x, starts, , axesInput] = node.inputs;
  const steps = stepsOf(node, t)!;
  const rank = t.dims(x!).length;
  const axes = axesInput ? t.known(axesInput) : steps.map((_, i) => i);
  if (!axes) throw new RangeError('axes that vary');
  const [before, after] = [t.dims(x!).map(() => t.ints([0])), t.dims(x!).map(() => t.ints([0]))];
  const size = (value: string, axis: number): string => t.op('Shape', [value], { start: axis, end: axis + 1 });
  const wide = axes.reduce((value, axis, i) => {
    const at = axis < 0 ? axis + rank : axis;
    const spread = t.mul(size(y, at), t.ints([steps[i]!]));
    before[at] = clamp(t.op('Gather', [starts!, t.ints([i])]), size(x!, at), t);
    after[at] = t.sub(t.sub(size(x!, at), before[at]!), spread);
    return steps[i] === 1 ? value : followedByZeros(value, at, { step: steps[i]!, rank, t });
  }, g);
  return t.op('Pad', [wide, t.op('Concat', [...before, ...after], { axis: 0 }), t.scalar(0)]);
}

function followedByZeros(
  value: string,
  axis: number,
  { step, rank, t }: { readonly step: number; readonly rank: number; readonly t: Tape },
): string {
  const pads = Array.from({ length: 2 * (rank + 1) }, (_, i) => (i === rank + 1 + axis + 1 ? step - 1 : 0));
  const apart = t.op('Pad', [t.op('Unsqueeze', [value, t.ints([axis + 1])]), t.ints(pads), t.scalar(0)]);
  const shape = t.shape(value);
  const factors = t.ints(Array.from({ length: rank }, (_, i) => (i === axis ? step : 1)));
  return t.reshape(apart, t.mul(shape, factors));
}

/** `[before…, after…]`, so that padding the slice gives back the whole. @throws RangeError for axes that vary */
function slicePads(node: Node, t: Tape): string {
  const [x, starts, ends, axesInput] = node.inputs;
  const dims = t.dims(x!);
  const [knownStarts, knownEnds] = [t.known(starts!), t.known(ends!)];
  const leadingAxes = (knownStarts ?? knownEnds)?.map((_, i) => i);
  const axes = axesInput ? t.known(axesInput) : leadingAxes;
  if (!axes && axesInput) throw new RangeError('axes that vary');
  if (!axes) return leadingPads(node, t);
  const before = dims.map(() => t.ints([0]));
  const after = dims.map(() => t.ints([0]));
  axes.forEach((axis, i) => {
    const at = axis < 0 ? axis + dims.length : axis;
    const fixed = fixedPads(dims[at], knownStarts?.[i], knownEnds?.[i]);
    const one = (bounds: string): string => t.op('Gather', [bounds, t.ints([i])]);
    const [first, last] = fixed
      ? fixed.map((pad) => t.ints([pad]))
      : pads({ starts: one(starts!), ends: one(ends!), sizes: t.op('Gather', [t.shape(x!), t.ints([at])]) }, t);
    before[at] = first!;
    after[at] = last!;
  });
  return t.op('Concat', [...before, ...after], { axis: 0 });
}

/** Without named axes the bounds are those of the leading ones, as many as there are bounds at run time. */
function leadingPads({ inputs: [x, starts, ends] }: Node, t: Tape): string {
  const count = t.shape(starts!);
  const rank = t.ints([t.dims(x!).length]);
  const given = pads({ starts: starts!, ends: ends!, sizes: t.op('Slice', [t.shape(x!), t.ints([0]), count]) }, t);
  const others = t.op('Expand', [t.ints([0]), t.sub(rank, count)]);
  return t.op(
    'Concat',
    given.flatMap((part) => [part, others]),
    { axis: 0 },
  );
}

function fixedPads(
  size: number | undefined,
  start: number | undefined,
  end: number | undefined,
): readonly number[] | undefined {
  if (size === undefined || start === undefined || end === undefined) return undefined;
  const at = (bound: number): number => Math.min(size, Math.max(0, bound < 0 ? bound + size : bound));
  return [at(start), size - Math.max(at(start), at(end))];
}

interface Bounds {
  readonly starts: string;
  readonly ends: string;
  readonly sizes: string;
}

/** How many positions a slice leaves out before and after itself; an empty slice ends where it starts. */
function pads({ starts, ends, sizes }: Bounds, t: Tape): readonly string[] {
  const first = clamp(starts, sizes, t);
  return [first, t.sub(sizes, t.op('Max', [first, clamp(ends, sizes, t)]))];
}

/** A slice bound as a position from the front, within 0 and the size. */
function clamp(bound: string, size: string, t: Tape): string {
  const zero = t.ints([0]);
  const wide = toInt64(bound, t);
  const fromFront = t.op('Where', [t.op('Less', [wide, zero]), t.add(wide, size), wide]);
  return t.op('Min', [t.op('Max', [fromFront, zero]), size]);
}

/** Bounds and indices may also be int32. */
const toInt64 = (value: string, t: Tape): string => t.op('Cast', [value], { to: ElementType.int64 });

function gatherGradient(
  data: string,
  indices: string,
  g: string,
  { axis, t }: { readonly axis: number; readonly t: Tape },
): string {
  const rank = t.dims(data).length;
  const at = axis < 0 ? axis + rank : axis;
  const size = t.op('Gather', [t.shape(data), t.ints([at])]);
  const flat = t.reshape(toInt64(indices, t), t.ints([1, -1]));
  const positive = t.op('Where', [t.op('Less', [flat, t.ints([0])]), t.add(flat, size), flat]);
  const range = t.op('Range', [
    t.op('Squeeze', [t.ints([0])]),
    t.op('Squeeze', [size]),
    t.op('Squeeze', [t.ints([1])]),
  ]);
  // [size, indices]
  const oneHot = t.op('Cast', [t.op('Equal', [t.reshape(range, t.ints([-1, 1])), positive])], { to: 1 });
  const product = (from: number, to?: number): string =>
    t.op('ReduceProd', [t.op('Shape', [data], to === undefined ? { start: from } : { start: from, end: to })], {
      keepdims: 1,
    });
  const stacked = t.reshape(
    g,
    t.op(
      'Concat',
      [
        at === 0 ? t.ints([1]) : product(0, at),
        t.reshape(t.op('Size', [flat]), t.ints([1])),
        at === rank - 1 ? t.ints([1]) : product(at + 1),
      ],
      { axis: 0 },
    ),
  );
  return t.reshape(t.matmul(oneHot, stacked), t.shape(data));
}
