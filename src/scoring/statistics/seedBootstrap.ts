import { below, createRandom, type Random } from '../../data/random';
import { areYesNo, crossedMean, patternsOf, type CrossedMean, type Patterns, type SeedsByRows } from './crossedDesign';
import { quantile, upperTail, type BootstrapOptions, type MeanInterval } from './interval';
import { resampleCounts } from './resample';
import { studentQuantile, studentTwoSided } from './studentT';

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
 * 2000 and Owen 2007). Scores may be any numbers; one seed each is the case without seeds.
 *
 * With three or five seeds a percentile interval is far too short. So how lopsided the resampled means are is kept, and
 * the width is set to that of Student's t with the standard error of the crossed design, at Satterthwaite's degrees of
 * freedom. Where seeds do not matter at all, it is somewhat too wide.
 * @param a `[seeds][rows]` scores of the method
 * @param b the same rows under the method compared with; none for the mean of `a` alone
 * @throws RangeError without seeds or rows
 */
export function seedBootstrap(a: SeedsByRows, b: SeedsByRows, options: BootstrapOptions): SeedInterval {
  const { resamples = 2000, seed } = options;
  const rows = a[0]?.length ?? 0;
  if (rows === 0) throw new RangeError('A bootstrap needs at least one seed and one row.');
  const patterns = patternsOf(a, b);
  const draw = { rows, resamples, random: createRandom(seed) };
  const crossed = crossedMean(patterns, rows);
  const means = areYesNo([...a, ...b]) ? resampledRates(patterns, draw) : resampledMeans(patterns, draw);
  return stretched(crossed, means, options);
}

/**
 * The interval that is as lopsided as the resampled values, and as wide as Student's t at the degrees of freedom. Where
 * that test cannot tell the mean from zero, the interval reaches zero too: of values that lie to one side, as where a
 * single row of many differs, it would end short of it.
 * @param resampled sorted here
 */
export function stretched(
  { mean, variance, degrees }: CrossedMean,
  resampled: Float64Array,
  { confidence = 0.95 }: Pick<BootstrapOptions, 'confidence'>,
): SeedInterval {
  const upper = upperTail(confidence);
  resampled.sort();
  const [low, high] = [quantile(resampled, 1 - upper), quantile(resampled, upper)];
  const standardError = Math.sqrt(variance);
  const stretch = high === low ? 0 : (2 * studentQuantile(confidence, degrees) * standardError) / (high - low);
  const p = standardError === 0 ? Number(mean === 0) : studentTwoSided(mean / standardError, degrees);
  const [least, most] = p < 1 - confidence ? [mean, mean] : [Math.min(0, mean), Math.max(0, mean)];
  return {
    mean,
    standardError,
    degrees,
    low: Math.min(least, mean + stretch * (low - mean)),
    high: Math.max(most, mean + stretch * (high - mean)),
    p,
  };
}

interface Draw {
  readonly rows: number;
  readonly resamples: number;
  readonly random: Random;
}

/** Of scores that are 0 or 1. */
function resampledRates({ counts, a, b }: Patterns, { rows, resamples, random }: Draw): Float64Array {
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
  return means;
}

/** Of scores of any values. */
function resampledMeans({ counts, a, b }: Patterns, { rows, resamples, random }: Draw): Float64Array {
  const [seedsA, seedsB] = [a[0]!.length, b[0]!.length];
  const [weightsA, weightsB] = [new Float64Array(seedsA), new Float64Array(seedsB)];
  const [differences, drawn] = [new Float64Array(counts.length), new Float64Array(counts.length)];
  return Float64Array.from({ length: resamples }, () => {
    drawWeights(weightsA, random);
    drawWeights(weightsB, random);
    for (let k = 0; k < counts.length; k++)
      differences[k] = weigh(a[k]!, weightsA) / seedsA - (seedsB === 0 ? 0 : weigh(b[k]!, weightsB) / seedsB);
    resampleCounts(counts, drawn, random);
    let sum = 0;
    for (let k = 0; k < counts.length; k++) sum += drawn[k]! * differences[k]!;
    return sum / rows;
  });
}

/** How often each seed is drawn, as many draws as there are. */
export function drawWeights(weights: Float64Array, random: Random): void {
  weights.fill(0);
  for (let draw = 0; draw < weights.length; draw++) weights[below(random, weights.length)]!++;
}

/** Scores times weights, summed. */
export function weigh(scores: ArrayLike<number>, weights: Float64Array): number {
  let sum = 0;
  for (let s = 0; s < scores.length; s++) sum += scores[s]! * weights[s]!;
  return sum;
}
