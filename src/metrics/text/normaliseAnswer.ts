import type { Normalisation } from '../metricSetting';
import { splitWords } from './whiteSpace';

/** Python's `string.punctuation`. */
const punctuation = /[!-/:-@[-`{-~]/g;

/** A letter or digit of any script, or `_`, as Python's `\w` has it; combining marks are none. */
const word = '[\\p{L}\\p{N}_]';
const article = new RegExp(`(?<!${word})(?:a|an|the)(?!${word})`, 'giu');

/** Every step of SQuAD v1.1. */
export const squad: Required<Normalisation> = { ignoreCase: true, ignorePunctuation: true, articles: true };

/**
 * A text as SQuAD v1.1 prepares it for a comparison, in its order: lower case, punctuation taken out (not replaced),
 * articles replaced by a space; where any of that is asked for, white space is one space between words.
 */
export function normaliseAnswer(text: string, { ignoreCase, ignorePunctuation, articles }: Normalisation): string {
  if (!ignoreCase && !ignorePunctuation && !articles) return text;
  const lower = ignoreCase ? text.toLowerCase() : text;
  const plain = ignorePunctuation ? lower.replace(punctuation, '') : lower;
  return splitWords(articles ? plain.replace(article, ' ') : plain).join(' ');
}
