import { Failure } from '../../failure';
import type { Analysis } from '../read/analysis';
import type { TokenEncoder } from '../text/tokenEncoder';
import type { TokensInPlace } from '../text/tokensInPlace';
import { beginsUnspaced } from '../text/unspaced';
import { answersBehind } from './answerTokens';
import { answerPlace, wordsInPlace } from './promptLength';
import { firstToken, shorterWords } from './shorterWords';

interface Candidate extends TokensInPlace {
  readonly word: string;
}

/**
 * Words for the labels that the model can write as one token each, no two beginning alike, as far as there are such
 * words: the label itself, one of its words, or its beginning.
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
  for (const { label, word } of open) {
    const words = [
      ...(beginsUnspaced(label) ? [label, ...shorterWords(label, label)] : []),
      word,
      ...shorterWords(label, word),
    ];
    // A word that other labels have too says nothing of this one.
    const telling = words.filter((each) => !isShared(each, label, labels));
    const candidates = [...telling, ...words].flatMap(encoded).filter(isFree);
    const best = candidates.find(isWhole) ?? candidates.find(({ merged }) => merged === 0) ?? candidates[0];
    if (best) take(label, best, best.word === word);
  }
  return chosen;
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];

const isShared = (word: string, label: string, labels: readonly string[]): boolean =>
  labels.some((other) => other !== label && wordsOf(other).includes(word.trim().toLowerCase()));
