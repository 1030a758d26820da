/** What one answer gets by one metric. */
export interface Score {
  /** On the scale of the metric. */
  readonly value: number;
  /**
   * What the row adds to the value of a split: counts of several rows are added up one by one, and
   * {@link Metric.value} makes the split's value of the sums. As many for every row of a metric.
   */
  readonly counts: readonly number[];
  /** Why it is this value, for people. */
  readonly reason?: string;
}

/** An answer that could not be judged, which is no score of 0: it is left out of every mean, and counted. */
export interface Unjudged {
  /** One sentence. */
  readonly error: string;
}

/** Thrown by a metric for an answer that it cannot judge; `openMetric` makes an {@link Unjudged} of it. */
export class Unjudgeable extends Error {}

export type RowScore = Score | Unjudged;

/** A metric of answers that are text. It knows no model; the same answers always get the same scores. */
export interface Metric {
  /** Unique among the metrics of a template; names columns and keys of records: `f1`, `regex`, `polite`. */
  readonly name: string;
  /** For people, at the head of a column. */
  readonly title: string;
  /** From 0 to 1; from 0 to 100 (BLEU, chrF); or a number without an upper end (edits, words, what a check returns). */
  readonly scale: 'share' | 'hundred' | 'count';
  readonly better: 'higher' | 'lower' | 'neither';
  /** Whether every row scores 0 or 1, so that McNemar's test applies. */
  readonly binary: boolean;
  /** Whether an answer can only be judged beside one that is expected. */
  readonly needsReference: boolean;
  /**
   * Judges one answer.
   * @param references what may be answered, one or more; may be empty where no reference is needed
   */
  score(answer: string, references: readonly string[]): RowScore;
  /**
   * The value of a split.
   * @param counts the counts of its rows, added up
   * @returns NaN for no rows
   */
  value(counts: ArrayLike<number>): number;
}

/** A metric of a judge, which alone asks it for scores. */
export type JudgeMetric = Omit<Metric, 'score'>;

/** The counts of a row in a metric whose split has the mean of its rows. */
export const meanCounts = (value: number): readonly number[] => [value, 1];

/** The mean of a split, of its rows' {@link meanCounts}. */
export const meanOfCounts = (counts: ArrayLike<number>): number => counts[0]! / counts[1]!;

/** A score that enters a mean. */
export const scoreOf = (value: number, reason?: string): Score => ({
  value,
  counts: meanCounts(value),
  ...(reason !== undefined && { reason }),
});

/** The score of a metric that says yes or no. @param not whether the contrary is asked for */
export const yesNo = (is: boolean, { not = false }: { readonly not?: boolean }, reason?: string): Score =>
  scoreOf(is === not ? 0 : 1, reason);
