import type { Side } from '../../channel/messageChannel';
import {
  anyOf,
  both,
  isFlag,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  type Guard,
  type Infer,
} from '../../channel/guards';
import { isRowPrediction } from '../../inspection/rowPrediction';
import { isSplit } from '../../runs/record/words/recordWords';

export type { RowPrediction } from '../../inspection/rowPrediction';

/** Index of the message that a piece is part of; missing where it is the chat template's, or the prompt one text. */
const isMessageIndex = optional(isNumber);

/** Text of the prompt. */
const isTextPiece = object({
  kind: oneOf('text'),
  text: isText,
  instruction: isFlag,
  message: isMessageIndex,
  /** The tokens it amounts to; empty where no tokenizer was at hand. */
  ids: listOf(isNumber),
});
/** A token that stands for no text, such as the one that begins a sequence. */
const isSpecialPiece = object({ kind: oneOf('special'), name: isText, id: isNumber });
/** Virtual tokens; stretches with one `slot` share their vectors. */
const isSoftPiece = object({
  kind: oneOf('soft'),
  slot: isNumber,
  id: isText,
  length: isNumber,
  init: nullable(isText),
  message: isMessageIndex,
});
/** The mask tokens that a masked model answers in, by their name. */
const isAnswerPiece = object({ kind: oneOf('answer'), length: isNumber, name: isText });
/** Keys and values in front of all text, in every layer. */
const isPrefixPiece = object({ kind: oneOf('prefix'), length: isNumber });

/** A stretch of the prompt, in order. */
const isPreviewPiece = anyOf(isTextPiece, isSpecialPiece, isSoftPiece, isAnswerPiece, isPrefixPiece);
export type PreviewPiece = Infer<typeof isPreviewPiece>;

/** A message of the prompt. */
const isPreviewMessage = object({
  role: oneOf('system', 'user', 'model'),
  /** Whether the row brought it, through `{{history}}`. */
  isHistory: isFlag,
  /** What it says, where the model's chat template leaves it out. */
  dropped: nullable(isText),
});
export type PreviewMessage = Infer<typeof isPreviewMessage>;

const isPreviewCount = object({
  /** Positions that the prompt takes, virtual ones included. */
  tokens: isNumber,
  virtual: isNumber,
  /** Positions that fit. */
  context: isNumber,
});
export type PreviewCount = Infer<typeof isPreviewCount>;

/** Everything the page shows, apart from what the model says. */
const isPreviewState = object({
  /** File name of the template. */
  template: isText,
  /** Its address, by which the page is restored. */
  uri: isText,
  /** Why there is no prompt of the present text; the pieces are then those of the last text that had one. */
  problem: nullable(isText),
  splits: listOf(isSplit),
  split: nullable(isSplit),
  /** Row shown, from 0, of `rows`; 0 of 0 without data. */
  row: isNumber,
  rows: isNumber,
  /** What may be put into the prompt: nothing learned, what a training would learn, what a run has learned. */
  subjects: listOf(object({ key: isText, name: isText })),
  subject: isText,
  /** Whether the model can be asked about the row. */
  answerable: isFlag,
  pieces: listOf(isPreviewPiece),
  /** The messages that the pieces belong to; null where the prompt is one text. */
  messages: nullable(listOf(isPreviewMessage)),
  /** The form in which the model reads the prompt, and why; null where no prompt could be made. */
  form: nullable(object({ name: isText, why: isText })),
  answer: nullable(object({ field: isText, expected: nullable(isText) })),
  count: nullable(isPreviewCount),
  notes: listOf(isText),
});
export type PreviewState = Infer<typeof isPreviewState>;

const isRow: Guard<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What the person has chosen to see. */
const isPreviewChoice = object({ split: nullable(isSplit), row: isRow, subject: isText });
export type PreviewChoice = Infer<typeof isPreviewChoice>;

/** What the editor keeps of a page over a restart. */
export const isKeptPreview = both(
  isPreviewChoice,
  object({ template: isText, invisibles: isFlag, boundaries: isFlag, turns: optional(isFlag) }),
);
export type KeptPreview = Infer<typeof isKeptPreview>;

/** Key of the subject that stands for the template as it would be trained. */
export const asWritten = 'written';
export const hardSubject = 'hard';

/** The extension's side of the channel; the page serves nothing. */
export const previewSide = {
  calls: {
    show: { request: isPreviewChoice, result: isPreviewState },
    /** Lets the model answer the row shown. */
    predict: { request: isPreviewChoice, result: isRowPrediction },
  },
  events: { state: isPreviewState },
} as const satisfies Side;
