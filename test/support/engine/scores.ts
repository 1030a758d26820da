import type { LanguageModel } from '../../../src/model/openModel';
import { layOut } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';
import type { SoftPrompt } from '../../../src/objective/prompt';

/**
 * The engine's log-probability of every token of the vocabulary after each prompt, by asking for each token as a label.
 * @param prompts token ids; virtual tokens that stand in front are put there
 * @returns `[prompt][token]`
 */
export async function engineScores(
  model: LanguageModel,
  prompt: SoftPrompt,
  prompts: readonly (readonly number[])[],
): Promise<readonly Float32Array[]> {
  const { vocabularySize, firstVirtualToken } = model.tokenizer;
  const front = Array.from({ length: prompt.rows }, (_, i) => firstVirtualToken + i);
  const examples = prompts.map((ids, row) => ({
    row,
    prompt: [...front, ...ids],
    expected: '',
    label: 0,
    answer: [0],
  }));
  const verbalizer = Array.from({ length: vocabularySize }, (_, token) => [[token]]);
  const objective = openObjective(model, 1);
  const { logLikelihoods } = await objective.score(
    layOut(examples, {
      objective: 'label',
      verbalizer,
      firstVirtualToken,
      sharePrefix: false,
      deepRows: prompt.prefix?.rows ?? 0,
    }),
    prompt,
  );
  await objective.close();
  return prompts.map((_, i) => logLikelihoods!.slice(i * vocabularySize, (i + 1) * vocabularySize));
}

/** Largest difference between log-probabilities and those of given logits, relative to the largest of the latter. */
export function scoreError(actual: Float32Array, logits: ArrayLike<number>): number {
  const values = Array.from(logits);
  const highest = values.reduce((a, b) => Math.max(a, b));
  const normalizer = highest + Math.log(values.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  const expected = values.map((logit) => logit - normalizer);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(actual[i]! - value)), 0) / largest;
}
