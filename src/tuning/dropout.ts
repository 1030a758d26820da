import type { Random } from '../data/random';
import type { PromptGradient } from './learner';
import type { SoftPrompt } from '../objective/prompt';

/** A prompt with some of its numbers dropped, and the same done to its gradient. */
export interface Dropped {
  readonly prompt: SoftPrompt;
  gradient(gradient: PromptGradient): PromptGradient;
}

/**
 * Inverted dropout of the prefix, or of the virtual tokens where there is no prefix; one mask for the whole batch,
 * which shares them.
 * @param rate share of the numbers dropped; 0 changes nothing
 */
export function dropOut(prompt: SoftPrompt, rate: number, random: Random): Dropped {
  if (rate === 0) return { prompt, gradient: (gradient) => gradient };
  const target = prompt.prefix?.values ?? prompt.values;
  const mask = Float32Array.from(target, () => (random.next() < rate ? 0 : 1 / (1 - rate)));
  const masked = (values: Float32Array): Float32Array => values.map((value, i) => value * mask[i]!);
  if (prompt.prefix) {
    return {
      prompt: { ...prompt, prefix: { ...prompt.prefix, values: masked(prompt.prefix.values) } },
      gradient: (gradient) => ({ ...gradient, prefix: gradient.prefix && masked(gradient.prefix) }),
    };
  }
  return {
    prompt: { ...prompt, values: masked(prompt.values) },
    gradient: (gradient) => ({ values: gradient.values && masked(gradient.values) }),
  };
}
