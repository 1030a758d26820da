import { createHash } from 'node:crypto';
import { createRandom, shuffle, type Random } from '../data/random';

/** Where training stands in its data; with the seed it says which rows come next. */
export interface Position {
  readonly epoch: number;
  /** Batches of the epoch already used. */
  readonly batch: number;
}

/** Batches whose rows are sorted by length together, so that a batch holds rows of like length. */
const batchesInPool = 8;

/** An independent stream of random numbers for each purpose, from one seed. */
export function streamFor(seed: number, ...purpose: readonly number[]): Random {
  return createRandom(createHash('sha256').update(JSON.stringify([seed, ...purpose])).digest().readUIntBE(0, 6));
}

/** All rows in the random order of an epoch. */
export function epochOrder(rows: number, seed: number, epoch: number): Uint32Array {
  return Uint32Array.from(shuffle(Uint32Array.from({ length: rows }, (_, i) => i), streamFor(seed, 1, epoch)));
}

/** The part of an epoch's order that the position's batch is cut from. */
export function poolAt(order: Uint32Array, { batch }: Position, batchSize: number): readonly number[] {
  const pool = Math.floor(batch / batchesInPool);
  return [...order.subarray(pool * batchesInPool * batchSize, (pool + 1) * batchesInPool * batchSize)];
}

/** Cuts a pool into batches of like length and picks the position's. @param lengths length of each row of the pool */
export function batchInPool(position: Position, lengths: readonly number[], { batchSize, seed }: { readonly batchSize: number; readonly seed: number }): readonly number[] {
  const sorted = lengths.map((_, i) => i).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const batches = Array.from({ length: Math.ceil(sorted.length / batchSize) }, (_, i) => sorted.slice(i * batchSize, (i + 1) * batchSize));
  const pool = Math.floor(position.batch / batchesInPool);
  return shuffle(batches, streamFor(seed, 2, position.epoch, pool))[position.batch % batchesInPool]!;
}

export function nextPosition({ epoch, batch }: Position, rows: number, batchSize: number): Position {
  return batch + 1 < Math.ceil(rows / batchSize) ? { epoch, batch: batch + 1 } : { epoch: epoch + 1, batch: 0 };
}
