import { diffArrays } from 'diff';
import { largest } from './lists';

/** A stretch of two texts: in both, only in the earlier, or only in the later. */
export interface TextPiece {
  readonly kind: 'same' | 'del' | 'ins';
  readonly text: string;
}

/** Pieces put in and taken out until texts count as altogether others: the time grows with the square of it. */
const mostEdits = 400;

/** Scripts that put no spaces between words. */
const spaceless = ['Han', 'Hira', 'Kana', 'Thai', 'Laoo', 'Khmr', 'Mymr', 'Tibt']
  .map((script) => `\\p{scx=${script}}`)
  .join('');
/** A word of a script that parts words, a line break, or white space. */
const wordOrSpace = new RegExp(`(?:(?![${spaceless}])[\\p{L}\\p{N}_]\\p{M}*)+|\\r?\\n|[^\\S\\r\\n]+`, 'gu');
const sentence = /[^\n.!?。！？]*[\n.!?。！？]+[^\S\n]*|[^\n.!?。！？]+/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * What was taken out of a text and put into it, word by word; character by character where a script puts no spaces
 * between words. Texts that differ in very much are compared sentence by sentence, and if that is still too much, as
 * wholes, so that the time is bounded. What is the same makes `before` with what was taken out, and `after` with what
 * was put in.
 */
export function wordDifference(before: string, after: string): readonly TextPiece[] {
  return (
    differenceOf(wordsOf(before), wordsOf(after)) ??
    differenceOf(before.match(sentence) ?? [], after.match(sentence) ?? []) ?? [
      { kind: 'del', text: before },
      { kind: 'ins', text: after },
    ]
  );
}

/** Of several texts the one that has most words in common with another one, in whatever order; of equals the first. */
export function closestText(text: string, candidates: readonly [string, ...string[]]): string {
  const words = countsOf(wordsOf(text));
  const closeness = candidates.map((candidate) => {
    if (candidate.trim() === text.trim()) return Number.POSITIVE_INFINITY;
    const others = countsOf(wordsOf(candidate));
    let [common, all] = [0, 0];
    for (const [word, times] of others) common += Math.min(times, words.get(word) ?? 0);
    for (const counts of [words, others]) for (const times of counts.values()) all += times;
    return (2 * common) / (all || 1);
  });
  return candidates[closeness.indexOf(largest(closeness))]!;
}

/** Nothing where too much differs. */
function differenceOf(before: readonly string[], after: readonly string[]): readonly TextPiece[] | undefined {
  if (Math.abs(before.length - after.length) > mostEdits) return undefined;
  return diffArrays([...before], [...after], { maxEditLength: mostEdits })?.map(({ value, added, removed }) => ({
    kind: added ? 'ins' : removed ? 'del' : 'same',
    text: value.join(''),
  }));
}

function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let end = 0;
  const addOthers = (others: string) => {
    for (const { segment } of graphemes.segment(others)) words.push(segment);
  };
  for (const { 0: word, index } of text.matchAll(wordOrSpace)) {
    addOthers(text.slice(end, index));
    words.push(word);
    end = index + word.length;
  }
  addOthers(text.slice(end));
  return words;
}

/** White space counts for nothing. */
function countsOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) if (word.trim() !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
