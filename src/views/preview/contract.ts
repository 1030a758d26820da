import type { Side } from '../../channel/messageChannel';
import type { RowPrediction } from '../../inspection/predictRow';
import type { Split } from '../../runs/store/record';
import {
  isFlag,
  isNumber,
  isObject,
  isText,
  listOf,
  nullable,
  oneOf,
  optional,
  shape,
  type Guard,
} from '../../channel/guards';

/** A stretch of the prompt, in order. */
export type PreviewPiece =
  /** Text; `ids` are the tokens it amounts to, empty where no tokenizer was at hand. */
  | { readonly kind: 'text'; readonly text: string; readonly instruction: boolean; readonly ids: readonly number[] }
  /** A token that stands for no text, such as the one that begins a sequence. */
  | { readonly kind: 'special'; readonly name: string; readonly id: number }
  /** Virtual tokens; stretches with one `slot` share their vectors. */
  | {
      readonly kind: 'soft';
      readonly slot: number;
      readonly id: string;
      readonly length: number;
      readonly init: string | null;
    }
  /** The mask tokens that a masked model answers in, by their name. */
  | { readonly kind: 'answer'; readonly length: number; readonly name: string }
  /** Keys and values in front of all text, in every layer. */
  | { readonly kind: 'prefix'; readonly length: number };

export interface PreviewCount {
  /** Positions that the prompt takes, virtual ones included. */
  readonly tokens: number;
  readonly virtual: number;
  /** Positions that fit. */
  readonly context: number;
}

/** Everything the page shows, apart from what the model says. */
export interface PreviewState {
  /** File name of the template. */
  readonly template: string;
  /** Its address, by which the page is restored. */
  readonly uri: string;
  /** Why there is no prompt of the text as it stands; the pieces are then those of the last text that had one. */
  readonly problem: string | null;
  readonly splits: readonly Split[];
  readonly split: Split | null;
  /** Row shown, from 0, of `rows`; 0 of 0 without data. */
  readonly row: number;
  readonly rows: number;
  /** What may be put into the prompt: nothing learned, what a training would learn, what a run has learned. */
  readonly subjects: readonly { readonly key: string; readonly name: string }[];
  readonly subject: string;
  /** Whether the model can be asked about the row. */
  readonly answerable: boolean;
  readonly pieces: readonly PreviewPiece[];
  readonly answer: { readonly field: string; readonly expected: string | null } | null;
  readonly count: PreviewCount | null;
  readonly notes: readonly string[];
}

/** What the person has chosen to see. */
export interface PreviewChoice {
  readonly split: Split | null;
  readonly row: number;
  readonly subject: string;
}

/** What the editor keeps of a page over a restart. */
export interface KeptPreview extends PreviewChoice {
  readonly template: string;
  readonly invisibles: boolean;
  readonly boundaries: boolean;
}

/** Key of the subject that stands for the template as it would be trained. */
export const asWritten = 'written';
export const hardSubject = 'hard';

export interface PreviewCalls {
  show(choice: PreviewChoice): PreviewState;
  /** Lets the model answer the row shown. */
  predict(choice: PreviewChoice): RowPrediction;
}

export interface PreviewEvents {
  readonly state: PreviewState;
}

const isSplit = oneOf('train', 'dev', 'test');

const isPiece: Guard<PreviewPiece> = (value): value is PreviewPiece =>
  isObject(value) &&
  (value.kind === 'text'
    ? isText(value.text) && isFlag(value.instruction) && listOf(isNumber)(value.ids)
    : value.kind === 'special'
      ? isText(value.name) && isNumber(value.id)
      : value.kind === 'soft'
        ? isNumber(value.slot) && isText(value.id) && isNumber(value.length) && nullable(isText)(value.init)
        : value.kind === 'answer'
          ? isNumber(value.length) && isText(value.name)
          : value.kind === 'prefix' && isNumber(value.length));

const isState = shape<PreviewState>({
  template: isText,
  uri: isText,
  problem: nullable(isText),
  splits: listOf(isSplit),
  split: nullable(isSplit),
  row: isNumber,
  rows: isNumber,
  subjects: listOf(shape<{ readonly key: string; readonly name: string }>({ key: isText, name: isText })),
  subject: isText,
  answerable: isFlag,
  pieces: listOf(isPiece),
  answer: nullable(shape<NonNullable<PreviewState['answer']>>({ field: isText, expected: nullable(isText) })),
  count: nullable(shape<PreviewCount>({ tokens: isNumber, virtual: isNumber, context: isNumber })),
  notes: listOf(isText),
});

const isRow: Guard<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export const isPreviewChoice = shape<PreviewChoice>({ split: nullable(isSplit), row: isRow, subject: isText });
export const isKeptPreview = shape<KeptPreview>({
  split: nullable(isSplit),
  row: isRow,
  subject: isText,
  template: isText,
  invisibles: isFlag,
  boundaries: isFlag,
});

/** The extension's side of the channel; the page serves nothing. */
export const previewSide: Side<PreviewCalls, PreviewEvents> = {
  calls: {
    show: { request: isPreviewChoice, result: isState },
    predict: {
      request: isPreviewChoice,
      result: shape<RowPrediction>({
        expected: isText,
        probabilities: optional(
          listOf(
            shape<{ readonly label: string; readonly probability: number }>({ label: isText, probability: isNumber }),
          ),
        ),
        text: optional(isText),
      }),
    },
  },
  events: { state: isState },
};
