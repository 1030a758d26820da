import { Failure } from '../failure';
import { createRandom, shuffle } from './random';

/** Row numbers of each split, ascending; every row is in exactly one. */
export interface RowSplit {
  readonly train: readonly number[];
  readonly dev: readonly number[];
  readonly test: readonly number[];
}

/** Parts of all rows that are held out; 0 leaves that split empty. The rest trains. */
export interface HeldOut {
  readonly dev: number;
  readonly test: number;
}

/**
 * Divides `count` rows at random, the same way for the same count, fractions and seed. Parts are rounded to whole rows,
 * a part asked for gets at least one, and so does train.
 * @throws Failure `data-split` when the fractions leave nothing for training or there are fewer rows than parts.
 */
export function splitRows(count: number, fractions: HeldOut, seed: number): RowSplit {
  const { dev, test } = fractions;
  if (!(dev >= 0 && test >= 0 && dev + test < 1)) {
    throw new Failure(
      'data-split',
      `Holding out ${dev} for dev and ${test} for test leaves no rows to train on.`,
      {},
      'Give two fractions that add up to less than 1.',
    );
  }
  const sizeOf = (fraction: number): number => (fraction === 0 ? 0 : Math.max(1, Math.round(count * fraction)));
  const devSize = sizeOf(dev);
  const testSize = sizeOf(test);
  if (devSize + testSize >= count) {
    throw new Failure(
      'data-split',
      `${count} rows are too few to be split into train, dev and test.`,
      {},
      'Add rows, or name files for dev and test under tune.data.',
    );
  }
  const order = shuffle(
    Array.from({ length: count }, (_, row) => row),
    createRandom(seed),
  );
  const take = (from: number, to: number): number[] => order.slice(from, to).sort((a, b) => a - b);
  return { dev: take(0, devSize), test: take(devSize, devSize + testSize), train: take(devSize + testSize, count) };
}
