import { badField } from '../apiError';
import type { Fields } from '../fields';
import { requireAnswer, rowOf, type ServedPrompt } from '../servedPrompt';
import { envelope, usageOf } from './replies';

/** Inputs of one request at most. */
const mostInputs = 1024;

/**
 * `/v1/classify`: the label of each input with the probabilities of all, in the form that vLLM has.
 * @throws ApiError; Failure of the first input that makes no prompt
 */
export async function classify(served: ServedPrompt, fields: Fields, signal: AbortSignal): Promise<object> {
  const { labels } = served.used.task;
  if (labels.length === 0)
    throw badField('model', 'The prompt writes text and chooses no label; ask /v1/chat/completions.');
  const { input } = fields;
  const inputs: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (inputs.length === 0 || inputs.length > mostInputs)
    throw badField('input', `"input" must hold from 1 to ${mostInputs} inputs.`);
  const rows = inputs.map((one) => rowOf(served, one, 'input'));
  const answers = await Promise.all(rows.map(async (row) => requireAnswer(await served.classify(row, signal))));
  return {
    ...envelope('list', served),
    data: answers.map((answer, index) => {
      if (!('label' in answer)) throw new Error('A prompt of labels wrote a text.');
      const { label, probabilities } = answer;
      return {
        index,
        label,
        probs: probabilities,
        num_classes: labels.length,
        probabilities: Object.fromEntries(labels.map((name, i) => [name, probabilities[i]])),
      };
    }),
    usage: usageOf(answers.map(({ promptTokens }) => ({ prompt: promptTokens, completion: 0 }))),
  };
}
