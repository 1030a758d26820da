import { isNumber, isText, object, optional, tableOf, type Infer } from '../../channel/guards';
import { isStoredNumber } from '../record/storedNumber';

/** A line of `predictions.jsonl`: one row of the test split. */
export const isPrediction = object({
  /** Row number in the data file, from 0. */
  row: isNumber,
  input: isText,
  expected: isText,
  predicted: isText,
  /** Probability of each label (classification), in the order of the template's enum. */
  probabilities: optional(tableOf(isStoredNumber)),
  /** What the labels' words have together at the answer slot (classification); runs of earlier versions lack it. */
  labelMass: optional(isStoredNumber),
  /** Tokens of the row's prompt, virtual ones included; runs of earlier versions lack it. */
  promptTokens: optional(isStoredNumber),
  /** The row's share of the time that its batch took; runs of earlier versions lack it. */
  seconds: optional(isStoredNumber),
});
export type PredictionLine = Infer<typeof isPrediction>;
