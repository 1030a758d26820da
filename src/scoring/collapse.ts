import { majorityBaseline, type Classified } from './classification';

/** Share of predictions on one label from which a run counts as collapsed. */
const collapsedShare = 0.95;
/**
 * How much more often than the most frequent label really occurs, at least; data that are themselves one-sided excuse
 * it.
 */
const clearExcess = 0.1;

/**
 * The label that nearly all rows were called although the data are more varied: a run that learnt one answer instead of
 * the task.
 * @returns undefined when the predictions are spread, when the data are as one-sided as they, or when there are none
 */
export function collapsedOnto(predictions: readonly Classified[]): string | undefined {
  if (predictions.length === 0) return undefined;
  const called = majorityBaseline(predictions.map(({ predicted }) => ({ expected: predicted })));
  const majority = majorityBaseline(predictions);
  return called.accuracy >= collapsedShare && called.accuracy - majority.accuracy >= clearExcess
    ? called.label
    : undefined;
}
