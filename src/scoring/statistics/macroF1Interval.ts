import { createRandom, type Random } from '../../data/random';
import { quantile, upperTail, type BootstrapOptions, type MeanInterval } from './interval';
import { mean, sampleVariance } from './mean';
import { resampleCounts } from './resample';
import { studentQuantile } from './studentT';

/** Answers as numbers of labels. */
export interface LabelledAnswers {
  readonly labels: number;
  /** The mean is over the first so many of them; over all where it is absent. */
  readonly averaged?: number;
  /** `[rows]` */
  readonly expected: ArrayLike<number>;
  /** `[seeds][rows]` */
  readonly predicted: readonly ArrayLike<number>[];
}

/**
 * Mean macro-F1 over the seeds with a bootstrap over rows, all seeds' answers to a row together. One seed has the
 * percentile interval; for several the variance over seeds is added, and the interval is Student's t at Satterthwaite's
 * degrees of freedom. Labels that neither occur nor are called in a resample leave its mean, as in `macroF1`.
 * @throws RangeError without seeds or rows
 */
export function macroF1Interval(answers: LabelledAnswers, options: BootstrapOptions): MeanInterval {
  // Several seeds need only the variance of the resamples, which settles sooner than their quantiles.
  const { confidence = 0.95, resamples = answers.predicted.length > 1 ? 300 : 1000, seed } = options;
  const rows = answers.expected.length;
  if (rows === 0 || answers.predicted.length === 0)
    throw new RangeError('A bootstrap needs at least one seed and one row.');
  const upper = upperTail(confidence);
  const kinds = kindsOf(answers);
  const scores = kinds.seedScores(kinds.counts);
  const meanScore = mean(scores);
  const resampled = resampledScores(kinds, resamples, createRandom(seed));
  if (scores.length === 1)
    return { mean: meanScore, low: quantile(resampled, 1 - upper), high: quantile(resampled, upper) };
  const ofRows = sampleVariance(resampled);
  const ofSeeds = sampleVariance(scores) / scores.length;
  const total = ofRows + ofSeeds;
  if (total === 0) return { mean: meanScore, low: meanScore, high: meanScore };
  const degrees = total ** 2 / (ofSeeds ** 2 / (scores.length - 1) + ofRows ** 2 / Math.max(1, rows - 1));
  const half = studentQuantile(confidence, degrees) * Math.sqrt(total);
  return { mean: meanScore, low: Math.max(0, meanScore - half), high: Math.min(1, meanScore + half) };
}

/** Rows with the same label and the same answers of all seeds count alike. */
interface Kinds {
  readonly counts: Float64Array;
  /** Macro-F1 of each seed where the kinds occur so often. */
  seedScores(counts: Float64Array): Float64Array;
}

function kindsOf({ labels, averaged = labels, expected, predicted }: LabelledAnswers): Kinds {
  const kindOf = Float64Array.from({ length: expected.length }, (_, row) => expected[row]!);
  for (const column of predicted) renumber(kindOf, column, labels);
  const firsts: number[] = [];
  const counts: number[] = [];
  kindOf.forEach((kind, row) => {
    if (kind === counts.length) {
      counts.push(0);
      firsts.push(row);
    }
    counts[kind]!++;
  });
  const truth = Uint32Array.from(firsts, (row) => expected[row]!);
  const called = predicted.map((column) => Uint32Array.from(firsts, (row) => column[row]!));
  const [right, occurring, calling] = [new Float64Array(labels), new Float64Array(labels), new Float64Array(labels)];
  return {
    counts: Float64Array.from(counts),
    seedScores: (drawn) =>
      Float64Array.from(called, (column) => {
        right.fill(0);
        occurring.fill(0);
        calling.fill(0);
        for (let kind = 0; kind < drawn.length; kind++) {
          const count = drawn[kind]!;
          occurring[truth[kind]!]! += count;
          calling[column[kind]!]! += count;
          if (truth[kind] === column[kind]) right[truth[kind]!]! += count;
        }
        let [sum, present] = [0, 0];
        for (let label = 0; label < averaged; label++) {
          const either = occurring[label]! + calling[label]!;
          if (either === 0) continue;
          sum += (2 * right[label]!) / either;
          present++;
        }
        return sum / present;
      }),
  };
}

/** Splits kinds of rows by another column; they are numbered again in order of appearance. */
function renumber(kindOf: Float64Array, column: ArrayLike<number>, labels: number): void {
  const numbers = new Map<number, number>();
  for (let row = 0; row < kindOf.length; row++) {
    const pair = kindOf[row]! * labels + column[row]!;
    let number = numbers.get(pair);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(pair, number);
    }
    kindOf[row] = number;
  }
}

function resampledScores(kinds: Kinds, resamples: number, random: Random): Float64Array {
  const drawn = new Float64Array(kinds.counts.length);
  return Float64Array.from({ length: resamples }, () => {
    resampleCounts(kinds.counts, drawn, random);
    return mean(kinds.seedScores(drawn));
  }).sort();
}
