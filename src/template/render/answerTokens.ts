import { tokensApart, tokensBehind, type TokensInPlace } from '../text/tokensInPlace';
import type { TokenEncoder } from '../text/tokenEncoder';

/** The last text before the answer, from the virtual token before it on; empty right behind a virtual token. */
export interface AnswerContext {
  readonly text: string;
  /** Its tokens, without special ones: the last of the prompt up to the answer. */
  readonly tokens: readonly number[];
}

/**
 * The tokens that answers have behind a prompt.
 *
 * The masks of a masked model stand apart from the text, whose white space before them is dropped: a word has the
 * tokens that it has behind the text with that white space, or with its own where it begins with some.
 */
export function answersBehind(
  { text, tokens }: AnswerContext,
  encoder: TokenEncoder,
): (answer: string) => TokensInPlace {
  const encode = (part: string): readonly number[] => encoder.encode(part, false);
  if (encoder.mask === undefined) return tokensBehind(text, tokens, encode);
  const kept = text.trimEnd();
  const dropped = text.slice(kept.length);
  return (answer) => ({
    merged: 0,
    tokens: tokensApart(kept, /^\s/.test(answer) ? answer : dropped + answer, encode),
  });
}
