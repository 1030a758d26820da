import { isMapping } from '../syntax/schema';

/**
 * The texts of answers that were marked in a passage, as SQuAD (Rajpurkar et al. 2016) has them: any of them is right,
 * and where they begin is no part of an answer.
 * @returns none where the passage does not answer; undefined for every other value
 */
export function spanTexts(value: unknown): readonly string[] | undefined {
  if (!isMapping(value) || Object.keys(value).sort().join() !== 'answer_start,text') return undefined;
  const { text, answer_start: starts } = value;
  if (!Array.isArray(text) || !Array.isArray(starts) || text.length !== starts.length) return undefined;
  return text.every((one) => typeof one === 'string') ? text : undefined;
}
