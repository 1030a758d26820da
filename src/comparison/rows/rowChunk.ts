/** Consecutive rows of the table of answers. Texts are given once and meant by number from then on. */
export interface RowChunk {
  readonly token: string;
  /** Place of the first row in the table. */
  readonly from: number;
  /** Rows of the whole table. */
  readonly total: number;
  readonly studies: readonly string[];
  /** Texts that this chunk is the first to mean, numbered on from those of the chunks before it. */
  readonly texts: readonly string[];
  readonly inputs: readonly string[];
  /** `[rows]` numbers in the data file, from 0. */
  readonly numbers: Uint32Array;
  /** `[rows]` text expected */
  readonly expected: Uint32Array;
  /** `[studies, rows]` text answered by most seeds; of equals by the lowest seed. {@link noAnswer} where a study lacks the row. */
  readonly predicted: Uint32Array;
  /** `[studies, rows]` mean probability of that answer; NaN for a generated text. */
  readonly probabilities: Float32Array;
}

export const noAnswer = 0xffffffff;
/** One run's answer to one row. */
export interface RowAnswer {
  readonly study: string;
  readonly run: string;
  readonly predicted: string;
  readonly probabilities: readonly LabelProbability[];
}

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

export interface RowDetail {
  readonly row: number;
  readonly input: string;
  readonly expected: string;
  readonly answers: readonly RowAnswer[];
}
