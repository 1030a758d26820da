/** Token ids of a text, without special tokens around it. */
export type Encode = (text: string) => readonly number[];

/** The tokens that a text has in its place. */
export interface TokensInPlace {
  /** Tokens of what stands before, at the end, that the text changes: `tokens` holds their characters too. */
  readonly merged: number;
  /** The ids from the first that differs from those of what stands before. */
  readonly tokens: readonly number[];
}

/**
 * The tokens of a text in its place: those of what stands before with the text, less those that stay of what stands
 * before. Most tokenizers treat the beginning of a text unlike its inside (▁ in front of it, a space that belongs to
 * the next word), so that a text encoded by itself has other tokens than where it is read.
 */
export function tokensInPlace(before: string, text: string, encode: Encode): TokensInPlace {
  return tokensBehind(before, encode(before), encode)(text);
}

/** {@link tokensInPlace} for several texts in one place. @param known the tokens of `before` */
export function tokensBehind(
  before: string,
  known: readonly number[],
  encode: Encode,
): (text: string) => TokensInPlace {
  return (text) => {
    const ids = encode(before + text);
    let kept = 0;
    while (kept < known.length && known[kept] === ids[kept]) kept++;
    return { merged: known.length - kept, tokens: ids.slice(kept) };
  };
}

/**
 * The tokens of a text in a place of its own, as masks and virtual tokens are: what stands before keeps its tokens.
 * Where both would merge, or an unknown token swallows the text, it has the tokens that it has by itself.
 */
export function tokensApart(before: string, text: string, encode: Encode): readonly number[] {
  const { merged, tokens } = tokensInPlace(before, text, encode);
  return merged === 0 && tokens.length > 0 ? tokens : encode(text);
}

/** The tokens of words inside a running text, whatever word stands before them. */
export const tokensInText = (words: string, encode: Encode): readonly number[] =>
  tokensApart('the', ` ${words}`, encode);
