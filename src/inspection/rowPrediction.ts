import { isText, listOf, object, optional, type Infer } from '../channel/guards';
import { isLabelProbability } from '../scoring/likelihood/labelProbability';

/** What the model makes of one row. */
export const isRowPrediction = object({
  /** What the row says. */
  expected: isText,
  /** Probability of each label, in the enum's order; absent for a generation. */
  probabilities: optional(listOf(isLabelProbability)),
  /** What the model writes; absent for a classification. */
  text: optional(isText),
});
export type RowPrediction = Infer<typeof isRowPrediction>;
