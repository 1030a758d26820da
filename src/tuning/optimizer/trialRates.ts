import type { Optimizer, Settings } from '../../template/settings/settings';

/**
 * Learning rates that `learningRate: auto` tries. AdamW and Adafactor move every number by about the rate a step, so
 * they share a range around what PEFT's benchmark and Lester et al. (0.3) found best; plain SGD multiplies gradients,
 * which are small.
 */
const rates: Readonly<Record<Optimizer, readonly number[]>> = {
  adamw: [0.003, 0.01, 0.03, 0.1, 0.3],
  adafactor: [0.003, 0.01, 0.03, 0.1, 0.3],
  sgd: [0.1, 1, 10, 100],
};

/** Networks want smaller steps than the vectors they make. */
const encoderRates: readonly number[] = [0.0003, 0.001, 0.003, 0.01];

export function trialRates({
  method,
  optimizer,
  projection,
}: Pick<Settings, 'method' | 'optimizer' | 'projection'>): readonly number[] {
  const throughNetwork = method === 'v1' || (method === 'v2' && projection);
  return throughNetwork && optimizer === 'adamw' ? encoderRates : rates[optimizer];
}

/** Steps of one trial: a fifth of the training, between 10 and 60. */
export const trialSteps = ({ steps }: Pick<Settings, 'steps'>): number =>
  Math.min(steps, Math.max(10, Math.min(60, Math.round(steps / 5))));
