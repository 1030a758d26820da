import type { Builder } from '../onnx/builder';

/**
 * A shape of no axes, int64 [0], that is known only once a value is. Put together with another shape it changes
 * nothing, and makes whatever takes that shape wait for the value: a runtime orders a graph by its data alone.
 */
export const emptyShape = (b: Pick<Builder, 'op' | 'ints'>, value: string): string =>
  b.op('Slice', [b.op('Shape', [value]), b.ints([0]), b.ints([0])]);

/**
 * A value as it is read once others are known: through a reshape to its own shape, which waits for them. It is another
 * value to a runtime, which merges what is computed twice, and no number is copied.
 */
export function readBehind(b: Pick<Builder, 'op' | 'ints'>, value: string, others: readonly string[]): string {
  const shape = b.op('Concat', [b.op('Shape', [value]), ...others.map((other) => emptyShape(b, other))], { axis: 0 });
  return b.op('Reshape', [value, shape], { allowzero: 1 });
}
