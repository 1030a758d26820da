import type { Builder } from '../onnx/builder';

/**
 * A shape of no axes, int64 [0], that is known only once a value is. Put together with another shape it changes
 * nothing, and makes whatever takes that shape wait for the value: a runtime orders a graph by its data alone.
 */
export const emptyShape = (b: Pick<Builder, 'op' | 'ints'>, value: string): string =>
  b.op('Slice', [b.op('Shape', [value]), b.ints([0]), b.ints([0])]);
