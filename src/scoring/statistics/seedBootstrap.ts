import { below, createRandom, type Random } from '../../data/random';
import { quantile, upperTail, type BootstrapOptions, type MeanInterval } from './interval';
import { resampleCounts } from './resample';
import { studentQuantile, studentTwoSided } from './studentT';

/** Which rows each seed has right, 1 or 0: `[seeds][rows]`. */
export type SeedsByRows = readonly ArrayLike<number>[];

/** A mean over seeds and rows, with an interval for new seeds and new rows. */
export interface SeedInterval extends MeanInterval {
  readonly standardError: number;
  /** Degrees of freedom of the standard error (Satterthwaite): few seeds give few. */
  readonly degrees: number;
  /** Two-sided p of a mean of zero, from Student's t at those degrees. */
  readonly p: number;
}

/**
 * Mean difference between two methods that were each trained with several seeds, with a bootstrap over seeds and rows:
 * each resample draws the seeds of either method and the rows, with replacement (the crossed bootstrap of McCullagh
 * 2000 and Owen 2007).
 *
 * With three or five seeds a percentile interval is far too short. So how lopsided the resampled means are is kept, and
 * the width is set to that of Student's t with the standard error of the crossed design (seeds, rows, less what the two
 * count twice; never less than that of the rows), at Satterthwaite's degrees of freedom. Where seeds do not matter at
 * all, it is somewhat too wide.
 * @param a `[seeds][rows]` of the method
 * @param b the same rows under the method compared with; none for the mean of `a` alone
 * @throws RangeError without seeds or rows
 */
export function seedBootstrap(a: SeedsByRows, b: SeedsByRows, options: BootstrapOptions): SeedInterval {
  const { confidence = 0.95, resamples = 2000, seed } = options;
  const rows = a[0]?.length ?? 0;
  if (rows === 0) throw new RangeError('A bootstrap needs at least one seed and one row.');
  const patterns = patternsOf(a, b, rows);
  const { mean, variance, degrees } = crossedMean(patterns, rows);
  const upper = upperTail(confidence);
  const means = resampledMeans(patterns, { rows, resamples, random: createRandom(seed) });
  const [low, high] = [quantile(means, 1 - upper), quantile(means, upper)];
  const standardError = Math.sqrt(variance);
  const stretch = high === low ? 0 : (2 * studentQuantile(confidence, degrees) * standardError) / (high - low);
  return {
    mean,
    standardError,
    degrees,
    low: mean + stretch * Math.min(0, low - mean),
    high: mean + stretch * Math.max(0, high - mean),
    p: standardError === 0 ? Number(mean === 0) : studentTwoSided(mean / standardError, degrees),
  };
}

/** Rows that the same seeds have right count alike. */
interface Patterns {
  readonly counts: Float64Array;
  /** `[patterns][seeds]` */
  readonly a: readonly Uint8Array[];
  readonly b: readonly Uint8Array[];
}

function patternsOf(a: SeedsByRows, b: SeedsByRows, rows: number): Patterns {
  const seeds = [...a, ...b];
  const found = new Map<string | number, { count: number; readonly row: number }>();
  // 52 seeds of two values fit a number exactly; more are told apart by text.
  const keyOf =
    seeds.length <= 52
      ? (row: number) => seeds.reduce((key, seed) => 2 * key + seed[row]!, 0)
      : (row: number) => seeds.map((seed) => seed[row]!).join('');
  for (let row = 0; row < rows; row++) {
    const key = keyOf(row);
    const pattern = found.get(key);
    if (pattern) pattern.count++;
    else found.set(key, { count: 1, row });
  }
  const list = [...found.values()];
  const column = (side: SeedsByRows) => list.map(({ row }) => Uint8Array.from(side, (seed) => seed[row]!));
  return { counts: Float64Array.from(list, ({ count }) => count), a: column(a), b: column(b) };
}

/** Variance of the mean in the crossed design: seeds of either method, rows, less what the two count twice. */
function crossedMean(
  { counts, a, b }: Patterns,
  rows: number,
): { readonly mean: number; readonly variance: number; readonly degrees: number } {
  const [left, right] = [seedPart(a, counts, rows), seedPart(b, counts, rows)];
  const mean = left.mean - right.mean;
  let squares = 0;
  for (let k = 0; k < counts.length; k++) squares += counts[k]! * (rowMean(a[k]!) - rowMean(b[k]!) - mean) ** 2;
  const ofRows = rows > 1 ? squares / (rows - 1) / rows : 0;
  const variance = Math.max(ofRows, left.variance + right.variance + ofRows - left.residual - right.residual);
  const shares = [left, right].reduce(
    (sum, part) =>
      sum + part.variance ** 2 / part.degrees + part.residual ** 2 / (part.degrees * Math.max(1, rows - 1)),
    ofRows ** 2 / Math.max(1, rows - 1),
  );
  return { mean, variance, degrees: shares === 0 ? Math.max(1, rows - 1) : Math.max(1, variance ** 2 / shares) };
}

interface SeedPart {
  readonly mean: number;
  /** Variance of the mean over seeds, on the rows at hand. */
  readonly variance: number;
  /** What of it is only the play of seed and row together, which the variance over rows holds as well. */
  readonly residual: number;
  readonly degrees: number;
}

function seedPart(side: readonly Uint8Array[], counts: Float64Array, rows: number): SeedPart {
  const seeds = side[0]?.length ?? 0;
  if (seeds === 0) return { mean: 0, variance: 0, residual: 0, degrees: 1 };
  const seedMeans = new Float64Array(seeds);
  let rowSquares = 0;
  for (let k = 0; k < counts.length; k++) {
    for (let s = 0; s < seeds; s++) seedMeans[s]! += (counts[k]! * side[k]![s]!) / rows;
    rowSquares += counts[k]! * rowMean(side[k]!) ** 2;
  }
  const mean = rowMean(seedMeans);
  if (seeds === 1 || rows === 1) return { mean, variance: 0, residual: 0, degrees: 1 };
  const seedSquares = seedMeans.reduce((sum, value) => sum + value ** 2, 0);
  // Outcomes are 0 or 1, so the sum of their squares is that of themselves.
  const residual =
    (rows * seeds * mean - rows * seedSquares - seeds * rowSquares + rows * seeds * mean ** 2) /
    ((seeds - 1) * (rows - 1));
  return {
    mean,
    variance: (seedSquares - seeds * mean ** 2) / (seeds - 1) / seeds,
    residual: Math.max(0, residual) / (rows * seeds),
    degrees: seeds - 1,
  };
}

function resampledMeans(
  { counts, a, b }: Patterns,
  { rows, resamples, random }: { readonly rows: number; readonly resamples: number; readonly random: Random },
): Float64Array {
  const [seedsA, seedsB] = [a[0]!.length, b[0]!.length];
  const [weightsA, weightsB] = [new Float64Array(seedsA), new Float64Array(seedsB)];
  // With the seeds drawn, a row's difference is one of few: its rows of A among 0 … seeds, of B likewise.
  const kinds = (seedsA + 1) * (seedsB + 1);
  const [ofKind, drawn] = [new Float64Array(kinds), new Float64Array(kinds)];
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    drawWeights(weightsA, random);
    drawWeights(weightsB, random);
    ofKind.fill(0);
    for (let k = 0; k < counts.length; k++)
      ofKind[weigh(a[k]!, weightsA) * (seedsB + 1) + weigh(b[k]!, weightsB)]! += counts[k]!;
    resampleCounts(ofKind, drawn, random);
    let sum = 0;
    for (let kind = 0; kind < kinds; kind++)
      sum +=
        drawn[kind]! * (Math.floor(kind / (seedsB + 1)) / seedsA - (seedsB === 0 ? 0 : (kind % (seedsB + 1)) / seedsB));
    means[resample] = sum / rows;
  }
  return means.sort();
}

function drawWeights(weights: Float64Array, random: Random): void {
  weights.fill(0);
  for (let draw = 0; draw < weights.length; draw++) weights[below(random, weights.length)]!++;
}

function weigh(right: Uint8Array, weights: Float64Array): number {
  let sum = 0;
  for (let s = 0; s < weights.length; s++) sum += right[s]! * weights[s]!;
  return sum;
}

function rowMean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length === 0 ? 0 : sum / values.length;
}
