import type { Row } from '../../../data/dataset';
import type { Random } from '../../../data/random';
import type { FrontText } from '../front/frontText';

/** A whole instruction that was written, not made by changing words of another. */
export interface WrittenText {
  /** As it would stand in the file: braces in it are tags. */
  readonly text: string;
  /** Who or what wrote it, kept with the text in the record of the run. */
  readonly origin: string;
}

/** A training row with what the model made of it under the text that a round tries to better. */
export interface MeasuredRow {
  readonly values: Row;
  /** The right answer: a label, or a text. */
  readonly expected: string;
  /** The label that the model gave; absent where the answers are texts, which are not written here. */
  readonly predicted?: string;
  /** Nats. */
  readonly loss: number;
}

/** What may be known for writing instructions. Rows that accept or choose texts are not among it. */
export interface WritingRound {
  /** Counted from 0, over the whole search. */
  readonly round: number;
  /** The text that a person wrote. */
  readonly original: string;
  /** The text that this round tries to better. */
  readonly current: string;
  /** The best texts so far at each readability and length, the original among them. */
  readonly front: readonly FrontText[];
  readonly rows: readonly MeasuredRow[];
  /** Of this round alone: the same seed writes the same texts. */
  readonly random: Random;
  /** Prompts that may be spent on writing. */
  readonly prompts: number;
  readonly signal?: AbortSignal;
}

/** Writes whole instructions for the search, which reads, measures and accepts them as it does its own. */
export interface TextWriter {
  /** @returns the texts, and the prompts that the tuned model answered for them, which count against the budget */
  write(round: WritingRound): Promise<{ readonly texts: readonly WrittenText[]; readonly prompts: number }>;
}
