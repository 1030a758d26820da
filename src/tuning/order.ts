import { shuffle, streamFor } from '../data/random';
import type { Example } from '../objective/example';
import type { ExampleSource } from '../objective/rows/source';

/** Where training stands in its data; with the seed it says which rows come next. */
export interface Position {
  readonly epoch: number;
  /** Batches of the epoch already used. */
  readonly batch: number;
}

/** All rows in the random order of an epoch. */
export function epochOrder(rows: number, seed: number, epoch: number): Uint32Array {
  return Uint32Array.from(
    shuffle(
      Uint32Array.from({ length: rows }, (_, i) => i),
      streamFor(seed, 1, epoch),
    ),
  );
}

/**
 * The rows of the position's batch. Batches are drawn without regard to length: rows of like length often share a
 * label, and batches sorted by length made high learning rates fail.
 */
export function batchAt(order: Uint32Array, { batch }: Position, batchSize: number): readonly number[] {
  return [...order.subarray(batch * batchSize, (batch + 1) * batchSize)];
}

export function nextPosition({ epoch, batch }: Position, rows: number, batchSize: number): Position {
  return batch + 1 < Math.ceil(rows / batchSize) ? { epoch, batch: batch + 1 } : { epoch: epoch + 1, batch: 0 };
}
/** The training batch of a position. */
export type BatchesByPosition = (position: Position) => Promise<readonly Example[]>;
/** Training batches by position, in an order that the seed decides. */
export function openBatches(
  source: ExampleSource,
  { batchSize, seed }: { readonly batchSize: number; readonly seed: number },
): BatchesByPosition {
  let current: { readonly epoch: number; readonly order: Uint32Array } = { epoch: -1, order: new Uint32Array() };
  return async (position) => {
    if (current.epoch !== position.epoch)
      current = { epoch: position.epoch, order: epochOrder(source.rows, seed, position.epoch) };
    return source.examples(batchAt(current.order, position, batchSize));
  };
}
