import { areYesNo, rowMean, type SeedsByRows } from './crossedDesign';
import { corpusBootstrap, meanValue, type CountedSeeds } from './corpusBootstrap';
import type { MeanInterval } from './interval';
import { exactMcNemar } from './mcnemar';
import { pairedBootstrap } from './pairedBootstrap';
import { exchangeTest, signTest } from './randomisation';
import { seedBootstrap } from './seedBootstrap';
import { wilsonInterval } from './wilson';

/** What one metric says of the answers of a method's seeds to the same rows. */
export interface MetricScores {
  /** `[seeds][rows]` */
  readonly rows: SeedsByRows;
  /** Of a metric whose value is made of all rows together; for others the value is the mean of the rows. */
  readonly counted?: CountedSeeds;
  /** From 0 to 1, from 0 to 100, or a count: no interval leaves it. Taken from the scores where it is absent. */
  readonly scale?: 'share' | 'hundred' | 'count';
}

/** `mcnemar`: McNemar's exact test; `randomisation`: rows exchanged; `seeds`: Student's t over seeds and rows. */
export type DifferenceTest = 'mcnemar' | 'randomisation' | 'seeds';

export interface MetricDifference extends MeanInterval {
  readonly test: DifferenceTest;
  readonly p: number;
}

/** Seed of the resampling, so that the same answers always give the same interval. */
const bootstrapSeed = 1;

/**
 * The value, a mean over the seeds, with its 95 % interval: Wilson's for the yes or no of one seed, else a bootstrap
 * over seeds and rows.
 * @param scores of one row or more
 */
export function metricEstimate({ rows, counted, scale }: MetricScores): MeanInterval {
  const options = { seed: bootstrapSeed };
  const bounds = boundsOf(rows, scale);
  if (counted) return within(corpusBootstrap(counted, undefined, options), bounds);
  const mean = rowMean(rows.map(rowMean));
  if (!areYesNo(rows)) return within(seedBootstrap(rows, [], options), bounds);
  if (rows.length > 1) {
    const { low, high, standardError } = seedBootstrap(rows, [], options);
    // Seeds that all have every row right, or none, do not show that the next row must come out so.
    if (standardError > 0) return { mean, low: Math.max(0, low), high: Math.min(1, high) };
  }
  const [low, high] = wilsonInterval(sumOf(rows[0]!), rows[0]!.length);
  return { mean, low, high };
}

/** The value alone, as {@link metricEstimate} has it. */
export const metricValue = ({ rows, counted }: MetricScores): number =>
  counted ? meanValue(counted) : rowMean(rows.map(rowMean));

/**
 * The value of `a` less that of `b` on the same rows, with its 95 % interval and the p of no difference.
 * @param a of one row or more
 */
export function metricDifference(a: MetricScores, b: MetricScores): MetricDifference {
  const options = { seed: bootstrapSeed };
  const isOneEach = a.rows.length === 1 && b.rows.length === 1;
  const scores = [...a.rows, ...b.rows];
  const { low, high } = boundsOf(scores, a.scale);
  const bounds = { low: low - high, high: high - low };
  if (a.counted && b.counted) {
    const interval = corpusBootstrap(a.counted, b.counted, options);
    const bounded = within(interval, bounds);
    return isOneEach
      ? { ...bounded, test: 'randomisation', p: exchangeTest(a.counted, b.counted, options) }
      : { ...bounded, test: 'seeds', p: interval.p };
  }
  const isYesNo = areYesNo(scores);
  if (isOneEach && isYesNo) return pairedYesNo(a.rows[0]!, b.rows[0]!);
  const interval = seedBootstrap(a.rows, b.rows, options);
  const bounded = within(interval, bounds);
  return isOneEach
    ? { ...bounded, test: 'randomisation', p: signTest(differencesOf(a.rows[0]!, b.rows[0]!), options) }
    : { ...bounded, test: 'seeds', p: interval.p };
}

function pairedYesNo(a: ArrayLike<number>, b: ArrayLike<number>): MetricDifference {
  const differences = differencesOf(a, b);
  const gained = differences.filter((difference) => difference > 0).length;
  const lost = differences.filter((difference) => difference < 0).length;
  return { ...pairedBootstrap(differences, { seed: bootstrapSeed }), test: 'mcnemar', p: exactMcNemar(gained, lost) };
}

const differencesOf = (a: ArrayLike<number>, b: ArrayLike<number>): Float64Array =>
  Float64Array.from(a, (value, row) => value - b[row]!);

interface Bounds {
  readonly low: number;
  readonly high: number;
}

const within = (interval: MeanInterval, { low, high }: Bounds): MeanInterval => ({
  mean: interval.mean,
  low: Math.max(low, interval.low),
  high: Math.min(high, interval.high),
});

const mostOf = { share: 1, hundred: 100, count: Infinity } as const;

/** What a scale allows; of scores that leave theirs no bound is known but that none is negative where none is seen. */
function boundsOf(scores: SeedsByRows, scale: MetricScores['scale']): Bounds {
  let [least, most] = [Infinity, -Infinity];
  for (const seed of scores)
    for (let row = 0; row < seed.length; row++) {
      least = Math.min(least, seed[row]!);
      most = Math.max(most, seed[row]!);
    }
  const high = mostOf[scale ?? (most <= 1 ? 'share' : 'count')];
  return { low: least < 0 ? -Infinity : 0, high: least >= 0 && most <= high ? high : Infinity };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
