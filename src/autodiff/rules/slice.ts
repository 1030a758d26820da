import { ElementType, type Node } from '../../onnx/graph';
import type { Tape } from '../tape';

interface SliceGradient {
  /** The slice. */
  readonly y: string;
  readonly g: string;
  readonly t: Tape;
}

/**
 * The gradient of what was sliced: g where the slice took its numbers, zeros elsewhere.
 * @throws RangeError for steps or axes that vary, and for steps that run backwards
 */
export function backThroughSlice(node: Node, { y, g, t }: SliceGradient): string {
  return stepsOf(node, t) ? steppedSlice(node, { y, g, t }) : t.op('Pad', [g, slicePads(node, t), t.scalar(0)]);
}

/**
 * The steps of a slice that leaves numbers out, or undefined where every step is 1.
 * @throws RangeError for steps that vary or run backwards
 */
function stepsOf({ inputs: [, , , , stepsInput] }: Node, t: Tape): readonly number[] | undefined {
  if (!stepsInput) return undefined;
  const steps = t.known(stepsInput);
  if (!steps) throw new RangeError('steps that vary');
  if (steps.some((step) => step < 1)) throw new RangeError('steps that run backwards');
  return steps.some((step) => step > 1) ? steps : undefined;
}

/**
 * Each number is followed by step - 1 zeros, then the whole is moved to where the slice began; what is left over at the
 * end is cut off.
 */
function steppedSlice(node: Node, { y, g, t }: SliceGradient): string {
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

/** A slice bound, which may also be int32, as a position from the front, within 0 and the size. */
function clamp(bound: string, size: string, t: Tape): string {
  const zero = t.ints([0]);
  const wide = t.op('Cast', [bound], { to: ElementType.int64 });
  const fromFront = t.op('Where', [t.op('Less', [wide, zero]), t.add(wide, size), wide]);
  return t.op('Min', [t.op('Max', [fromFront, zero]), size]);
}
