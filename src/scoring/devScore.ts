import { isNumber, object, type Infer } from '../channel/guards';
import { labelAccuracy, metricFace, type MetricFace } from './metricFace';
import { isStoredNumber } from '../channel/storedNumber';
import { shownTitle } from './metricTitles';

/** What an evaluation on dev came to by the metric that decides, where that is not the accuracy. */
export const isDevScore = object({
  ...metricFace,
  value: isStoredNumber,
  /** Rows that were answered for it. */
  rows: isNumber,
});
export type DevScore = Infer<typeof isDevScore>;

interface DevNumbers {
  readonly accuracy: number | null;
  readonly score?: DevScore;
}

/** What decided between evaluations on dev, and what it came to; undefined where it was the loss alone. */
export function decidingScore(
  { accuracy, score }: DevNumbers,
  freeText: boolean,
): { readonly metric: MetricFace; readonly value: number } | undefined {
  if (score) return { metric: { ...score, title: shownTitle(score.title) }, value: score.value };
  // Earlier versions wrote an accuracy of 0 for free text all the same.
  if (freeText || accuracy === null || !Number.isFinite(accuracy)) return undefined;
  return { metric: labelAccuracy, value: accuracy };
}
