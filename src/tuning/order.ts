import { createHash } from 'node:crypto';
import { createRandom, shuffle, type Random } from '../data/random';

/** Where training stands in its data; with the seed it says which rows come next. */
export interface Position {
  readonly epoch: number;
  /** Batches of the epoch already used. */
  readonly batch: number;
}

/** An independent stream of random numbers for each purpose, from one seed. */
export function streamFor(seed: number, ...purpose: readonly number[]): Random {
  return createRandom(createHash('sha256').update(JSON.stringify([seed, ...purpose])).digest().readUIntBE(0, 6));
}

/** All rows in the random order of an epoch. */
export function epochOrder(rows: number, seed: number, epoch: number): Uint32Array {
  return Uint32Array.from(shuffle(Uint32Array.from({ length: rows }, (_, i) => i), streamFor(seed, 1, epoch)));
}

/**
 * The rows of the position's batch. Batches are drawn without regard to length: rows of like length often share a label, and batches
 * sorted by length made high learning rates fail.
 */
export function batchAt(order: Uint32Array, { batch }: Position, batchSize: number): readonly number[] {
  return [...order.subarray(batch * batchSize, (batch + 1) * batchSize)];
}

export function nextPosition({ epoch, batch }: Position, rows: number, batchSize: number): Position {
  return batch + 1 < Math.ceil(rows / batchSize) ? { epoch, batch: batch + 1 } : { epoch: epoch + 1, batch: 0 };
}
