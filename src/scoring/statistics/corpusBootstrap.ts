import { below, createRandom, type Random } from '../../data/random';
import { crossedMean, patternsOf, rowMean } from './crossedDesign';
import type { BootstrapOptions } from './interval';
import { drawWeights, stretched, weigh, type SeedInterval } from './seedBootstrap';

/** A method's rows by what they add to a value that is made of all rows together, as BLEU is. */
export interface CountedSeeds {
  /** Counts that a row has. */
  readonly width: number;
  /** `[seeds][rows · width]` */
  readonly seeds: readonly ArrayLike<number>[];
  /** The value of rows whose counts add up to these, `[width]`. */
  value(counts: ArrayLike<number>): number;
}

/** Additions that all resamples together may take; larger splits are resampled less often. */
const mostAdditions = 3e8;
const fewestResamples = 200;

/**
 * Mean over the seeds of a value that is no mean of rows, or the difference of two methods', with a bootstrap over
 * seeds and rows: the counts of a resample's rows are added up and its value is made of the sums. As in
 * `seedBootstrap`, the width is that of Student's t in the crossed design, here of the jackknife's pseudo-values (Efron
 * 1982: what each row adds to the value).
 * @param b the same rows under the method compared with; absent for the value of `a` alone
 * @throws RangeError without seeds or rows
 */
export function corpusBootstrap(a: CountedSeeds, b: CountedSeeds | undefined, options: BootstrapOptions): SeedInterval {
  const rows = rowsOf(a);
  if (rows === 0) throw new RangeError('A bootstrap needs at least one seed and one row.');
  const sides = b ? [a, b] : [a];
  const pseudo = sides.map((side) => side.seeds.map((seed) => pseudoValues(seed, side)));
  const { variance, degrees } = crossedMean(patternsOf(pseudo[0]!, pseudo[1] ?? []), rows);
  const mean = sides.map(meanValue).reduce((value, other) => value - other);
  const random = createRandom(options.seed);
  const resampled = Float64Array.from({ length: resamplesOf(sides, rows, options) }, () =>
    resampledValue(sides, rows, random),
  );
  return stretched({ mean, variance, degrees }, resampled, options);
}

/** Mean over the seeds of the value of all rows. */
export function meanValue(side: CountedSeeds): number {
  return rowMean(side.seeds.map((seed) => side.value(sumOf(seed, side.width))));
}

const rowsOf = ({ seeds, width }: CountedSeeds): number => (seeds[0]?.length ?? 0) / width;

function resamplesOf(sides: readonly CountedSeeds[], rows: number, { resamples = 2000 }: BootstrapOptions): number {
  const additions = rows * sides.reduce((sum, { seeds, width }) => sum + seeds.length * width, 0);
  return Math.max(Math.min(fewestResamples, resamples), Math.min(resamples, Math.floor(mostAdditions / additions)));
}

function resampledValue(sides: readonly CountedSeeds[], rows: number, random: Random): number {
  const times = new Float64Array(rows);
  for (let draw = 0; draw < rows; draw++) times[below(random, rows)]!++;
  return sides
    .map((side) => {
      const weights = new Float64Array(side.seeds.length);
      drawWeights(weights, random);
      const values = side.seeds.map((seed, s) => (weights[s] === 0 ? 0 : side.value(sumOf(seed, side.width, times))));
      return weigh(values, weights) / side.seeds.length;
    })
    .reduce((value, other) => value - other);
}

/** @param times `[rows]` how often each row counts; once where left out */
function sumOf(counts: ArrayLike<number>, width: number, times?: Float64Array): Float64Array {
  const sums = new Float64Array(width);
  for (let at = 0, row = 0; at < counts.length; at += width, row++) {
    const weight = times ? times[row]! : 1;
    if (weight === 0) continue;
    for (let k = 0; k < width; k++) sums[k]! += weight * counts[at + k]!;
  }
  return sums;
}

/** What each row adds: rows times the value, less the value of the others as often as they are. */
function pseudoValues(counts: ArrayLike<number>, { width, value }: CountedSeeds): Float64Array {
  const rows = counts.length / width;
  const sums = sumOf(counts, width);
  const whole = value(sums);
  if (rows === 1) return Float64Array.of(whole);
  const others = new Float64Array(width);
  return Float64Array.from({ length: rows }, (_, row) => {
    for (let k = 0; k < width; k++) others[k] = sums[k]! - counts[row * width + k]!;
    return rows * whole - (rows - 1) * value(others);
  });
}
