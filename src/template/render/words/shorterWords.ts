import type { TokensInPlace } from '../../text/tokensInPlace';

/** Where a word begins and what it begins with. */
export const firstToken = ({ tokens: [first], merged }: TokensInPlace): string | undefined =>
  first === undefined ? undefined : `${merged} ${first}`;

/** Letters that the beginning of a word must have to replace the word. */
const fewestLetters = 3;

/**
 * Words that could replace a word of a label: the label itself, other cases, its single words, then its beginnings,
 * longest first.
 */
export function shorterWords(label: string, word: string): readonly string[] {
  const space = /^\s*/.exec(word)![0];
  const bare = word.trim();
  const parts = [...new Set([label, bare, ...(`${bare} ${label}`.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])])];
  const cased = parts.flatMap((part) => [part, part.toLowerCase(), part.slice(0, 1).toUpperCase() + part.slice(1)]);
  const letters = [...bare];
  const beginnings = letters
    .map((_, cut) => letters.slice(0, letters.length - cut).join(''))
    .filter((beginning) => [...beginning].length >= fewestLetters && /^[\p{L}\p{N}\p{M}]+$/u.test(beginning));
  return [...new Set([...cased, ...beginnings].filter((each) => each !== '').map((each) => space + each))].filter(
    (each) => each !== word,
  );
}
