import {
  isFlag,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  optional,
  tableOf,
  type Infer,
} from '../../../channel/guards';
import { isStoredNumber } from '../../../channel/storedNumber';

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
  /** The right answers, where the row has several; `expected` is the first. */
  references: optional(listOf(isText)),
  /** What each metric says of the answer; null where it could not judge it. */
  scores: optional(tableOf(nullable(isNumber))),
  /** What the answer adds to metrics that are made of all rows together. */
  counts: optional(tableOf(listOf(isNumber))),
  /** Why a metric judged so, in its own words. */
  reasons: optional(tableOf(isText)),
  /** Whether the answer was cut off by its budget of tokens. */
  truncated: optional(isFlag),
  /** Tokens of the row's prompt, virtual ones included; runs of earlier versions lack it. */
  promptTokens: optional(isStoredNumber),
  /** The row's share of the time that its batch took; runs of earlier versions lack it. */
  seconds: optional(isStoredNumber),
});
export type PredictionLine = Infer<typeof isPrediction>;
