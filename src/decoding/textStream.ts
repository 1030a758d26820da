import { largest, smallest } from '../lists';
import type { Tokenizer } from '../model/tokenizer/tokenizer';

/** The text of an answer while its tokens come in. */
export interface TextStream {
  /** The text that is certain with one more token: what may become another letter, or a stop sequence, is held back. */
  push(token: number): string;
  /** Whether a stop sequence has come; nothing is handed on from then on. */
  readonly stopped: boolean;
  /** What is left of the text when the answer ends. */
  end(): string;
}

/** What stands in a text for bytes that are no letter, or not yet. */
export const unfinished = '\uFFFD';

/** A byte that SentencePiece's models write where their vocabulary has no letter. */
const byteToken = /^<0x[0-9A-Fa-f]{2}>$/;

/**
 * Decodes token by token. Letters may be spread over tokens, and a tokenizer may write a token otherwise at the
 * beginning of a text, so that each token is decoded behind those before it. Bytes in a row are all letters or none of
 * them is, so that none is certain before the row ends.
 */
export function openTextStream(
  { decode, token: written }: Pick<Tokenizer, 'decode' | 'token'>,
  stopSequences: readonly string[],
): TextStream {
  const tokens: number[] = [];
  // Tokens from `context` on are decoded together; the text of those before `read` has been taken.
  let [context, read] = [0, 0];
  let held = '';
  let [stopped, inBytes] = [false, false];

  /** Text of the tokens that have not been taken. */
  const rest = (): string => decode(tokens.slice(context)).slice(decode(tokens.slice(context, read)).length);

  const take = (text: string, all: boolean): string => {
    [context, read] = [read, tokens.length];
    held += text;
    const stop = firstStop(held, stopSequences);
    if (stop !== undefined) stopped = true;
    const certain = stop ?? (all ? held.length : held.length - beginningOfStop(held, stopSequences));
    const released = held.slice(0, certain);
    held = stopped ? '' : held.slice(certain);
    return released;
  };

  return {
    push(token) {
      if (stopped) return '';
      tokens.push(token);
      // A special token writes nothing, and ends no row of bytes.
      inBytes = byteToken.test(written(token) ?? '') || (inBytes && decode([token]) === '');
      const text = rest();
      if (text === '' || text.endsWith(unfinished)) return '';
      // The answer ends with a stop sequence, and so does the row.
      if (inBytes && firstStop(held + text, stopSequences) === undefined) return '';
      return take(text, false);
    },
    get stopped() {
      return stopped;
    },
    end: () => (stopped ? '' : take(rest(), true)),
  };
}

/** Where the first stop sequence of a text begins. */
export function firstStop(text: string, stopSequences: readonly string[]): number | undefined {
  const places = stopSequences.map((sequence) => text.indexOf(sequence)).filter((place) => place >= 0);
  return places.length > 0 ? smallest(places) : undefined;
}

/** Length of the longest end of a text that a stop sequence may begin with. */
function beginningOfStop(text: string, stopSequences: readonly string[]): number {
  const longest = largest(
    stopSequences.map((sequence) => sequence.length - 1),
    0,
  );
  for (let length = Math.min(longest, text.length); length > 0; length--)
    if (stopSequences.some((sequence) => sequence.startsWith(text.slice(-length)))) return length;
  return 0;
}
