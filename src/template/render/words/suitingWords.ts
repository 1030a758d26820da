import { Failure } from '../../../failure';
import type { Analysis } from '../../read/analysis';
import type { TokenEncoder } from '../../text/tokenEncoder';
import type { TokensInPlace } from '../../text/tokensInPlace';
import { beginsUnspaced } from '../../text/unspaced';
import { answersBehind } from './answerTokens';
import { answerPlace, wordsInPlace } from '../length/promptLength';
import { firstToken, shorterWords } from './shorterWords';

interface Candidate extends TokensInPlace {
  readonly word: string;
}

/**
 * Words for the labels that the model can write as one token each, no two beginning alike, as far as there are such
 * words: the label itself, one of its words, or its beginning. A word says nothing of a label that begins another as
 * well; where labels begin with the same words and one finds no such word, all are what stands behind those.
 * @param row one of the data, behind which they are written
 * @returns those labels alone that are not their own word
 */
export function suitingWords(
  analysis: Analysis,
  encoder: TokenEncoder,
  row: Readonly<Record<string, unknown>>,
): Readonly<Record<string, readonly string[]>> {
  const place = answerPlace(analysis, encoder, row);
  const inPlace = answersBehind(place.before, encoder);
  const encoded = (word: string): readonly Candidate[] => {
    try {
      return [{ word, ...inPlace(word) }];
    } catch (error) {
      if (error instanceof Failure) return [];
      throw error;
    }
  };
  const own = Object.entries(wordsInPlace(analysis, place)).map(([label, [word = label]]) => ({ label, word }));
  const labels = own.map(({ label }) => label);
  const taken = new Set<string>();
  const chosen: Record<string, readonly string[]> = {};
  const take = (label: string, candidate: Candidate, isOwn: boolean): void => {
    taken.add(firstToken(candidate)!);
    if (!isOwn) chosen[label] = [candidate.word];
  };
  const isFree = (candidate: Candidate): boolean => {
    const first = firstToken(candidate);
    return first !== undefined && !taken.has(first);
  };
  const isWhole = ({ tokens, merged }: Candidate): boolean => tokens.length === 1 && merged === 0;
  // Labels that suit as they are come first, so that no other takes their token.
  const open = own.filter(({ label, word }) => {
    const [found] = beginsUnspaced(label) ? [] : encoded(word);
    if (!found || !isWhole(found) || !isFree(found)) return true;
    take(label, found, true);
    return false;
  });
  let isShort = false;
  for (const { label, word } of open) {
    const words = [
      ...(beginsUnspaced(label) ? [label, ...shorterWords(label, label)] : []),
      word,
      ...shorterWords(label, word),
    ];
    const telling = words.filter((each) => each === word || !isShared(each, label, labels));
    const candidates = telling.flatMap(encoded).filter(isFree);
    const best = candidates.find(isWhole) ?? candidates.find(({ merged }) => merged === 0) ?? candidates[0];
    if (best) take(label, best, best.word === word);
    if (!best || !isWhole(best)) isShort = true;
  }
  return (isShort ? endings(own) : undefined) ?? chosen;
}

/** What stands behind the words that all labels begin with; undefined where they begin with none or leave nothing. */
function endings(
  own: readonly { readonly label: string; readonly word: string }[],
): Readonly<Record<string, readonly string[]>> | undefined {
  const cut = own.map(({ word }) => word.trimStart().split(/(?<=[\s_.:/-])(?=\S)/u));
  const [first] = cut;
  let common = 0;
  while (first !== undefined && cut.every((parts) => parts.length > common + 1 && parts[common] === first[common]))
    common++;
  if (common === 0) return undefined;
  return Object.fromEntries(
    own.map(({ label, word }, i) => [label, [/^\s*/u.exec(word)![0] + cut[i]!.slice(common).join('')]]),
  );
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];

/** Whether another label has a word as well, or begins with it. */
function isShared(word: string, label: string, labels: readonly string[]): boolean {
  const text = word.trim().toLowerCase();
  return labels.some(
    (other) => other !== label && (wordsOf(other).includes(text) || other.toLowerCase().startsWith(text)),
  );
}
