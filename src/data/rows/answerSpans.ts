import { valueText } from '../valueText';

/**
 * The texts of answers that were marked in a passage, as SQuAD (Rajpurkar et al. 2016) has them: any of them is right,
 * and where they begin is no part of an answer.
 * @returns none where the passage does not answer; undefined for every other value
 */
export function spanTexts(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).sort().join() !== 'answer_start,text')
    return undefined;
  const { text, answer_start: starts } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(text) || !Array.isArray(starts) || text.length !== starts.length) return undefined;
  return text.every((one) => typeof one === 'string') ? text : undefined;
}

/**
 * The answers that a value of a row stands for, one or more. A list of texts is a choice: any of them is right, and the
 * first is trained on. So is what SQuAD's files have there. Empty text stands for no answer.
 */
export function answerChoices(value: unknown): readonly [string, ...string[]] {
  const answer = spanTexts(value) ?? value;
  if (Array.isArray(answer) && answer.length > 0 && answer.every((one) => typeof one === 'string')) {
    const [first, ...others] = answer as [string, ...string[]];
    return [first, ...others];
  }
  return [valueText(answer)];
}
