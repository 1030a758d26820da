import { tokensApart, tokensBehind, type Encode, type TokensInPlace } from '../../text/tokensInPlace';
import type { TokenEncoder } from '../../text/tokenEncoder';
import { spaceBetween } from '../../text/unspaced';

/** The last text before the answer, from the virtual or control token before it on; empty right behind one. */
export interface AnswerContext {
  readonly text: string;
  /** Its tokens, without special ones: the last of the prompt up to the answer. */
  readonly tokens: readonly number[];
  /** Tokens of this text with others behind it, which are data: they spell no control token. */
  readonly encode: Encode;
  /** What the model's turn begins with before an answer that opens it; absent where text stands before the answer. */
  readonly lead?: string;
}

/**
 * The tokens that answers have behind a prompt.
 *
 * The masks of a masked model stand apart from the text, whose white space before them is dropped: a word has the
 * tokens that it has behind the text with that white space, or with its own where it begins with some.
 */
export function answersBehind(
  { text, tokens, encode }: AnswerContext,
  encoder: Pick<TokenEncoder, 'mask'>,
): (answer: string) => TokensInPlace {
  if (encoder.mask === undefined) return tokensBehind(text, tokens, encode);
  const kept = text.trimEnd();
  const dropped = text.slice(kept.length);
  return (answer) => ({
    merged: 0,
    tokens: tokensApart(kept, /^\s/.test(answer) ? answer : dropped + answer, encode),
  });
}

/**
 * The white space that parts a free text, or a label that is its own word, from what stands before it. A prompt that
 * ends with a line break or a space leads to the answer as it is, and right behind a virtual token nothing is to be
 * parted; nor is anything in scripts whose words no space parts.
 */
export function leadOf({ text, lead }: Pick<AnswerContext, 'text' | 'lead'>, answer: string): string {
  return lead ?? (text === '' || /\s$/.test(text) ? '' : spaceBetween(text, answer));
}
