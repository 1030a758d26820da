import { instanceOf, isFlag, isNumber, isText, listOf, nullable, object, type Infer } from '../../channel/guards';
import { isAnswerFields } from '../../scoring/fields/answerFields';
import { isLabelProbability } from '../../scoring/likelihood/labelProbability';

const isUint32s = instanceOf<Uint32Array>(Uint32Array);
const isFloat32s = instanceOf<Float32Array>(Float32Array);

/** Consecutive rows of the table of answers. Texts are given once and meant by number from then on. */
export const isRowChunk = object({
  token: isText,
  /** Position of the first row in the table. */
  from: isNumber,
  /** Rows of the whole table. */
  total: isNumber,
  studies: listOf(isText),
  /** Texts that this chunk is the first to mean, numbered on from those of the chunks before it. */
  texts: listOf(isText),
  inputs: listOf(isText),
  /** `[rows]` numbers in the data file, from 0. */
  numbers: isUint32s,
  /** `[rows]` text expected */
  expected: isUint32s,
  /**
   * `[studies, rows]` text answered by most seeds; of equals by the lowest seed.
   * {@link noAnswer} where a study lacks the row, or has another input or expected answer in its place.
   */
  predicted: isUint32s,
  /** `[studies, rows]` mean probability of that answer; NaN for a generated text. */
  probabilities: isFloat32s,
  /** `[studies, rows]` mean score over the seeds by the metric that decides; NaN where no metric has judged the row. */
  scores: isFloat32s,
});
export type RowChunk = Infer<typeof isRowChunk>;

export const noAnswer = 0xffffffff;

/** Whether studies that have an answer to a row have not the same. @param predicted for each study the texts of rows */
export function studiesDiffer(predicted: readonly Uint32Array[], position: number): boolean {
  const first = predicted.find((column) => column[position] !== noAnswer);
  return predicted.some((column) => column[position] !== noAnswer && column[position] !== first![position]);
}

interface JudgedAnswer {
  /** Numbers of texts. */
  readonly predicted: number;
  readonly expected: number;
  /** By the metric that decides; NaN where none has judged it. */
  readonly score: number;
}

/** By the metric where it has judged the answer, else whether it is the expected text. */
export const isRightAnswer = ({ predicted, expected, score }: JudgedAnswer): boolean =>
  Number.isNaN(score) ? predicted === expected : score >= 0.5;

/** One run's answer to one row. */
const isRowAnswer = object({
  study: isText,
  run: isText,
  predicted: isText,
  probabilities: listOf(isLabelProbability),
  /** What each metric says of it, in its own words where it has any; null where it could not judge it. */
  scores: listOf(object({ metric: isText, score: nullable(isNumber), reason: isText })),
  /** Of an answer that is to be JSON; null for others. */
  fields: nullable(isAnswerFields),
  /** Whether the budget of tokens ended the answer. */
  truncated: isFlag,
});
export type RowAnswer = Infer<typeof isRowAnswer>;

export const isRowDetail = object({
  row: isNumber,
  input: isText,
  expected: isText,
  /** Further answers that are right. */
  alternatives: listOf(isText),
  answers: listOf(isRowAnswer),
});
export type RowDetail = Infer<typeof isRowDetail>;
