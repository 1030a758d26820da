import type { Metric } from '../metric';
import type { SettingOf } from '../metricSetting';
import { countNgrams, countShared, type Counts } from './ngrams';
import { splitWords, withoutSpace } from './whiteSpace';

const characterOrder = 6;
/** How much more recall weighs than precision. */
const beta = 2;

/**
 * chrF (Popović 2015) as sacreBLEU computes it: n-grams of code points up to 6, white space left out, case kept. With
 * a word order, n-grams of words as well: 2 is chrF++ (Popović 2017). A split has the score of its corpus, from the
 * counts of each row's best reference.
 */
export function chrfMetric({ name, wordOrder = 0 }: SettingOf<'chrf'>): Metric {
  return {
    name,
    title: wordOrder === 0 ? 'chrF' : wordOrder === 2 ? 'chrF++' : `chrF, words up to ${wordOrder}`,
    scale: 'hundred',
    better: 'higher',
    binary: false,
    needsReference: true,
    value: chrfOf,
    score(answer, references) {
      const ngrams = allNgrams(answer, wordOrder);
      let best: { value: number; counts: readonly number[] } | undefined;
      for (const reference of references) {
        const counts = chrfCounts(ngrams, allNgrams(reference, wordOrder));
        const value = chrfOf(counts);
        if (!best || value > best.value) best = { value, counts };
      }
      return best!;
    },
  };
}

function allNgrams(text: string, wordOrder: number): readonly Counts[] {
  const characters = [...withoutSpace(text)];
  const words = wordOrder > 0 ? chrfWords(text) : [];
  return [
    ...Array.from({ length: characterOrder }, (_, index) => countNgrams(characters, index + 1, '')),
    ...Array.from({ length: wordOrder }, (_, index) => countNgrams(words, index + 1)),
  ];
}

const isPunctuation = (character: string): boolean => /^[!-/:-@[-`{-~]$/.test(character);

/** The words of chrF++: of a longer word the last character is cut off if it is punctuation, else the first. */
export function chrfWords(text: string): readonly string[] {
  return splitWords(text).flatMap((word) => {
    const characters = [...word];
    if (characters.length > 1 && isPunctuation(characters.at(-1)!)) return [word.slice(0, -1), characters.at(-1)!];
    if (characters.length > 1 && isPunctuation(characters[0]!)) return [characters[0]!, word.slice(1)];
    return [word];
  });
}

/** For each order: n-grams of the answer (none where the reference has none), of the reference, and shared ones. */
function chrfCounts(answer: readonly Counts[], reference: readonly Counts[]): readonly number[] {
  return answer.flatMap((counts, order) => {
    const expected = reference[order]!;
    return [expected.size > 0 ? total(counts) : 0, total(expected), countShared(counts, expected)];
  });
}

function total(counts: Counts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

function chrfOf(counts: ArrayLike<number>): number {
  let [precision, recall, orders] = [0, 0, 0];
  for (let at = 0; at < counts.length; at += 3) {
    const [answered, expected, shared] = [counts[at]!, counts[at + 1]!, counts[at + 2]!];
    if (answered === 0 || expected === 0) continue;
    precision += shared / answered;
    recall += shared / expected;
    orders++;
  }
  if (precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  return (100 * (1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall);
}
