import { below, createRandom, type Random } from '../../data/random';
import { quantile, upperTail, type BootstrapOptions, type MeanInterval } from './interval';
import { resampleCounts } from './resample';

/** Up to this many different values, rows are drawn by value instead of one by one. */
const fewValues = 64;

/**
 * Mean of the per-row differences between two methods, with its percentile bootstrap interval (Efron 1979): rows are
 * drawn with replacement, both methods' results of a row together.
 * @param differences [rows], method A minus method B on the same row
 * @throws RangeError without rows, or unless 0 < confidence < 1
 */
export function pairedBootstrap(differences: ArrayLike<number>, options: BootstrapOptions): MeanInterval {
  const { confidence = 0.95, resamples = 10_000, seed } = options;
  const rows = differences.length;
  if (rows === 0) throw new RangeError('A bootstrap needs at least one row.');
  const upper = upperTail(confidence);
  const draw = meanDrawer(differences, createRandom(seed));
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) means[resample] = draw();
  means.sort();
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += differences[row]!;
  return { mean: sum / rows, low: quantile(means, 1 - upper), high: quantile(means, upper) };
}

/** Gives the mean of a resample at each call. */
function meanDrawer(differences: ArrayLike<number>, random: Random): () => number {
  const rows = differences.length;
  const values = countValues(differences);
  if (!values) {
    return () => {
      let sum = 0;
      for (let draw = 0; draw < rows; draw++) sum += differences[below(random, rows)]!;
      return sum / rows;
    };
  }
  const distinct = Float64Array.from(values.keys());
  const counts = Float64Array.from(values.values());
  const drawn = new Float64Array(counts.length);
  return () => {
    resampleCounts(counts, drawn, random);
    return drawn.reduce((sum, count, kind) => sum + count * distinct[kind]!, 0) / rows;
  };
}

function countValues(differences: ArrayLike<number>): ReadonlyMap<number, number> | undefined {
  const counts = new Map<number, number>();
  for (let row = 0; row < differences.length; row++) {
    const value = differences[row]!;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > fewValues) return undefined;
  }
  return counts;
}
