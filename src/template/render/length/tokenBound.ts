import { specialTokens } from '../tokens';
import type { TokenEncoder } from '../../text/tokenEncoder';

/** The most tokens that a text can have. */
export interface TokenBound {
  (text: string): number;
  /** Tokens around a whole prompt, and one that a tokenizer may put before a text. */
  readonly special: number;
  /** Of each ASCII character, and of each other UTF-16 unit. */
  readonly perAscii: number;
  readonly perOther: number;
}

const bounds = new WeakMap<TokenEncoder, TokenBound>();

/** Bytes of a letter in UTF-8, and how far a normalizer may take it apart. */
const perOtherLetter = 9;

/**
 * A bound that costs no encoding: a tokenizer makes at most one token of a byte, unless it writes a letter otherwise.
 * What it makes of each ASCII letter by itself is looked at once.
 */
export function mostTokensOf(encoder: TokenEncoder): TokenBound {
  const known = bounds.get(encoder) ?? openBound(encoder);
  bounds.set(encoder, known);
  return known;
}

function openBound(encoder: TokenEncoder): TokenBound {
  const most = Array.from({ length: 128 }, (_, code) => tokensOfEach(String.fromCharCode(code), encoder)).reduce(
    (a, b) => Math.max(a, b),
  );
  const { opening, closing } = specialTokens(encoder);
  // A tokenizer may put a mark before a text, and every stretch between virtual tokens is a text.
  const bound = (text: string): number => {
    let other = 0;
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) other++;
    return 3 + most * (text.length - other) + perOtherLetter * other;
  };
  return Object.assign(bound, {
    special: opening.length + closing.length,
    perAscii: most,
    perOther: perOtherLetter,
  });
}

const repetitions = 16;

/** Tokens of a letter among its like, at least 1; a mark before the text counts only once. */
function tokensOfEach(letter: string, encoder: TokenEncoder): number {
  try {
    const tokens = encoder.encode(letter.repeat(repetitions), false).length;
    return Math.max(1, Math.ceil((tokens - 1) / repetitions));
  } catch {
    // A letter that the tokenizer refuses: every row is encoded, and says so itself.
    return Infinity;
  }
}
