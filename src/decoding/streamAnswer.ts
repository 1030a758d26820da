import type { DecodeOptions, Ending } from './answer';
import type { Generator } from './generator';
import { aborted, orAborted } from './orAborted';
import { openShownText, type ShownText } from './shownText';
import type { SoftPrompt } from '../objective/prompt';

/** How far an answer has come. */
export interface AnswerPace {
  /** New tokens so far. */
  readonly tokens: number;
  /** Of reading the prompt and writing, without what goes before. */
  readonly seconds: number;
  /** Tokens a second behind the first one, which the reading of the prompt gives; null before there are any. */
  readonly perSecond: number | null;
}

/** An answer that somebody watched being written. */
export interface StreamedAnswer extends AnswerPace {
  /** Without white space around it, and without a letter that the end has cut in two. */
  readonly text: string;
  /** `stopped` where somebody wanted no more of it. */
  readonly ending: Ending | 'stopped';
}

/** What has been added to an answer. */
export interface StreamedPiece extends AnswerPace {
  /** The texts of all pieces are, put together, the text of the answer. */
  readonly text: string;
  /** The whole answer, with the last piece. */
  readonly answer?: StreamedAnswer;
}

export interface StreamOptions extends DecodeOptions {
  /** Ends the answer with what is written; the `signal`, in contrast, fails it. */
  readonly stop?: AbortSignal;
}

/** A prompt and what was trained for it. */
export interface StreamedPrompt {
  /** Token ids; from `firstVirtualToken` on, rows of `soft`. */
  readonly ids: readonly number[];
  readonly soft?: SoftPrompt;
}

/**
 * Writes one answer and hands it out as it grows. Nothing that was handed out is taken back: half a letter, what may
 * become a stop sequence, and white space at the end are kept until it is certain what becomes of them. A stop is
 * answered at once; the pass that is under way is over when the loop has ended.
 * @throws Failure as {@link Generator.generate} does; the signal's reason when it is aborted
 */
export async function* streamAnswer(
  generator: Pick<Generator, 'stream'>,
  { ids, soft }: StreamedPrompt,
  { stop, ...options }: StreamOptions,
): AsyncGenerator<StreamedPiece> {
  const passes = generator.stream([ids], soft, { ...options, texts: true });
  const shown = openShownText();
  const measure = openPace();
  try {
    for (;;) {
      const next = stop?.aborted ? aborted : await orAborted(passes.next(), stop);
      if (next === aborted) return yield endedAs('stopped', '', { shown, pace: measure.pace });
      if (next.done) throw new Error('An answer has come to no end.');
      // There is one prompt.
      const [piece] = next.value;
      const pace = measure.add(piece!);
      if (piece!.answer) return yield endedAs(piece!.answer.ending, piece!.answer.text, { shown, pace });
      yield { ...pace, text: shown.push(piece!.text) };
    }
  } finally {
    await passes.return(undefined).catch(() => undefined);
  }
}

function endedAs(
  ending: StreamedAnswer['ending'],
  whole: string,
  { shown, pace }: { readonly shown: ShownText; readonly pace: AnswerPace },
): StreamedPiece {
  const before = shown.text;
  const text = ending === 'stopped' ? before : (ending === 'budget' ? withoutHalfLetter(whole) : whole).trim();
  return { ...pace, text: text.slice(before.length), answer: { ...pace, text, ending } };
}

/** Bytes that make no letter are written so; at the end of a budget the rest of theirs is missing. */
const withoutHalfLetter = (text: string): string => text.replace(/\uFFFD+$/, '');

function openPace(): {
  add(piece: { readonly tokens: number; readonly seconds: number }): AnswerPace;
  pace: AnswerPace;
} {
  let [passes, first] = [0, 0];
  const measured = {
    pace: { tokens: 0, seconds: 0, perSecond: null } as AnswerPace,
    add({ tokens, seconds }: { readonly tokens: number; readonly seconds: number }): AnswerPace {
      passes++;
      if (passes === 1) first = seconds;
      const perSecond = passes > 1 && seconds > first ? (passes - 1) / (seconds - first) : null;
      measured.pace = { tokens, seconds, perSecond };
      return measured.pace;
    },
  };
  return measured;
}
