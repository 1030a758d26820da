import { isFlag, isNumber, isText, listOf, nullable, object, oneOf, type Infer } from '../../channel/guards';
import { isVerdict } from '../../scoring/statistics/verdict';
import { isScoreDistribution } from './distributions';
import { isFieldResults } from '../../scoring/fields/fieldResults';
import { isStudyResults } from '../study/studyResults';

/** What a study came to by one metric less what the baseline did on the same rows, with its 95 % interval. */
const pairedDifference = {
  /** Name of the metric. */
  metric: isText,
  mean: isNumber,
  low: isNumber,
  high: isNumber,
  /** Rows that both have. */
  rows: isNumber,
  /** Rows that the study answers better; of rights and wrongs a mean over the seeds. */
  gained: isNumber,
  /** Rows that the baseline answers better. */
  lost: isNumber,
  /**
   * For one run each McNemar's exact test of rights and wrongs, and approximate randomisation of other scores;
   * `seeds`: Student's t over seeds and rows.
   */
  test: oneOf('mcnemar', 'randomisation', 'seeds'),
  /** Corrected by Holm for all comparisons with the baseline by this metric. */
  p: isNumber,
} as const;
const isPairedDifference = object(pairedDifference);
export type PairedDifference = Infer<typeof isPairedDifference>;

/** The same with what may be said of it. */
export const isStudyDifference = object({
  ...pairedDifference,
  verdict: isVerdict,
  /** The verdict in words. */
  sentence: isText,
});
export type StudyDifference = Infer<typeof isStudyDifference>;

export const isConfusionMatrix = object({ labels: listOf(isText), counts: listOf(listOf(isNumber)) });

export const isLabelShares = object({ labels: listOf(isText), shares: listOf(listOf(isNumber)) });

export const isReliability = object({
  bins: listOf(object({ low: isNumber, high: isNumber, n: isNumber, confidence: isNumber, accuracy: isNumber })),
  calibrationError: isNumber,
});

/** What only the answers of every row tell of a study. */
export const isStudyAnalysis = object({
  key: isText,
  /** Null while no run has a result. */
  results: nullable(isStudyResults),
  /** By each metric that both were measured by; none for the baseline itself, and where rows cannot be paired. */
  differences: listOf(isPairedDifference),
  /** Why there is no difference, as a sentence; empty where there is one. */
  withoutDifference: isText,
  /** Whether that is because something is missing that was to be paired. */
  isUnpaired: isFlag,
  /** Seeds and rows of the study that were left out and why, as the ends of sentences. */
  dropped: listOf(isText),
  /** Rows that were not paired with the baseline's and why, likewise. */
  unpaired: listOf(isText),
  /** Summed over the seeds; null for a generation task. */
  confusion: nullable(isConfusionMatrix),
  /** Of the labels answered, over all seeds; null for a generation task. */
  reliability: nullable(isReliability),
  /** How the scores spread, by each metric that is more than right or wrong; none where its answers are missing. */
  distributions: listOf(isScoreDistribution),
  /** Fields of answers that are JSON; null for others. */
  fields: nullable(listOf(isFieldResults)),
  adapterBytes: isNumber,
});
export type StudyAnalysis = Infer<typeof isStudyAnalysis>;
