import { isNumber, isText, listOf, nullable, object, optional, type Infer } from '../../../channel/guards';

/** A step of the search: words changed, and what that saved on rows the step was not chosen on. */
export const isAcceptedEdit = object({
  /** The words that were changed; empty for an insertion. */
  before: isText,
  /** What stands there now; empty for a deletion. */
  after: isText,
  /** Mean loss saved on the same rows, nats. */
  gain: isNumber,
  standardError: isNumber,
  /** What proposed it: a kind of edit, or who wrote the whole text. Runs of earlier versions lack it. */
  origin: optional(isText),
});
export type AcceptedEdit = Infer<typeof isAcceptedEdit>;

/** An instruction of the front, with what it came to on the rows that choose among instructions. */
export const isFrontText = object({
  /** As it stands in the file. */
  text: isText,
  /** Of the instruction where it stands in the prompt. */
  tokens: isNumber,
  /** How much worse than the original it reads: nats per token above it, by the frozen model; below 0 better. */
  readability: isNumber,
  /**
   * Nats per token above the original within which the text stands: those that the search allowed where it found the
   * text, or less where that asks for nothing that the text does not keep to (see `Bounds`); null where anything was
   * allowed. Runs of earlier versions lack it.
   */
  bound: optional(nullable(isNumber)),
  /** Mean objective, nats. */
  loss: isNumber,
  /** Share of right labels, with its interval (95 %, Wilson); absent where the answers are texts. */
  accuracy: optional(isNumber),
  accuracyInterval: optional(listOf(isNumber)),
  /** Mean loss saved against the original on the same rows, with its interval (95 %, normal). */
  gain: isNumber,
  gainInterval: listOf(isNumber),
  /** How many rows chose. */
  rows: isNumber,
  /** The steps from the original to it. */
  edits: listOf(isAcceptedEdit),
});
export type FrontText = Infer<typeof isFrontText>;
