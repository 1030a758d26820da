import { answersBehind, type AnswerContext } from '../template/render/words/answerTokens';
import type { TokenEncoder } from '../template/text/tokenEncoder';
import type { TokensInPlace } from '../template/text/tokensInPlace';

/** The words of every label behind one prompt: `[label][word]`. */
export type WordsInPlace = readonly (readonly TokensInPlace[])[];

/** Finds the tokens that label words have behind prompts; prompts that end alike share a record. */
export type WordPlacer = (before: AnswerContext) => WordsInPlace;

/** Tokens at the end of a prompt that must be the same in two prompts for their words to be. */
const sharedTokens = 4;
/** Endings that are remembered: templates mostly write the last words before the answer themselves. */
const mostEndings = 5_000;

/**
 * Encodes a prompt with each word once for each way in which prompts end, instead of once a row. Two prompts whose last
 * word and last tokens are the same give a word the same tokens, as long as it leaves one of these tokens as it is:
 * byte-pair merges, pieces of words and the best split of a word are decided between neighbours. The first word is
 * encoded behind every prompt all the same, and where it shows otherwise, all are.
 * @param words `[label][word]`, at least one
 */
export function openWordPlacer(words: readonly (readonly string[])[], encoder: TokenEncoder): WordPlacer {
  const endings = new Map<string, WordsInPlace>();
  const records = new Map<string, WordsInPlace>();
  const [firstWord] = words[0]!;
  return (before) => {
    const inPlace = answersBehind(before, encoder);
    const first = inPlace(firstWord!);
    const last = before.tokens.slice(-sharedTokens);
    const ending = `${last.join(' ')} ${before.tokens.length > last.length ? '…' : ''}${lastWord(before.text)}`;
    const known = endings.get(ending);
    if (known && isSame(known[0]![0]!, first)) return known;
    const found = words.map((list) => list.map(inPlace));
    const key = JSON.stringify(found);
    const record = records.get(key) ?? found;
    if (records.size < mostEndings) records.set(key, record);
    const staysApart = found.flat().every(({ merged }) => merged < last.length || before.tokens.length === last.length);
    if (staysApart && endings.size < mostEndings) endings.set(ending, record);
    return record;
  };
}

const isSame = (one: TokensInPlace, other: TokensInPlace): boolean =>
  one.merged === other.merged &&
  one.tokens.length === other.tokens.length &&
  one.tokens.every((token, i) => token === other.tokens[i]);

/** The end of a text from the white space before its last word on. */
function lastWord(text: string): string {
  const isSpace = (at: number): boolean => at > 0 && /\s/.test(text[at - 1]!);
  let at = text.length;
  while (isSpace(at)) at--;
  while (at > 0 && !isSpace(at)) at--;
  while (isSpace(at)) at--;
  return text.slice(at);
}
