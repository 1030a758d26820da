import { isNumber, isText, listOf, nullable, object, oneOf, type Infer } from '../../channel/guards';
import { isVerdict } from '../../scoring/statistics/verdict';
import { isStudyResults } from '../study/studyResults';

/** A study's accuracy less the baseline's on the same rows, with its 95 % interval. */
const pairedDifference = {
  mean: isNumber,
  low: isNumber,
  high: isNumber,
  /** Rows that both have. */
  rows: isNumber,
  /** Rows that only the study has right; a mean over the seeds. */
  gained: isNumber,
  /** Rows that only the baseline has right. */
  lost: isNumber,
  /** `mcnemar`: McNemar's exact test, for one run each; `seeds`: Student's t over seeds and rows. */
  test: oneOf('mcnemar', 'seeds'),
  /** Corrected by Holm for all comparisons with the baseline. */
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
  /** Null for the baseline itself, and where rows cannot be paired. */
  difference: nullable(isPairedDifference),
  /** Why there is no difference, as a sentence; empty where there is one. */
  withoutDifference: isText,
  /** Seeds and rows of the study that were left out and why, as the ends of sentences. */
  dropped: listOf(isText),
  /** Rows that were not paired with the baseline's and why, likewise. */
  unpaired: listOf(isText),
  /** Summed over the seeds; null for a generation task. */
  confusion: nullable(isConfusionMatrix),
  /** Of the labels answered, over all seeds; null for a generation task. */
  reliability: nullable(isReliability),
  adapterBytes: isNumber,
});
export type StudyAnalysis = Infer<typeof isStudyAnalysis>;
