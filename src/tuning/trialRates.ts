import type { Optimizer, Settings } from '../template/settings';

/**
 * Learning rates that `learningRate: auto` tries. AdamW and Adafactor move every number by about the rate a step, so they share a
 * range around what PEFT's benchmark and Lester et al. (0.3) found best; plain SGD multiplies gradients, which are small.
 */
const rates: Readonly<Record<Optimizer, readonly number[]>> = {
  adamw: [0.003, 0.01, 0.03, 0.1, 0.3],
  adafactor: [0.003, 0.01, 0.03, 0.1, 0.3],
  sgd: [0.1, 1, 10, 100],
};

export const trialRates = ({ optimizer }: Pick<Settings, 'optimizer'>): readonly number[] => rates[optimizer];

/** Steps of one trial: a fifth of the training, between 10 and 60. */
export const trialSteps = ({ steps }: Pick<Settings, 'steps'>): number => Math.min(steps, Math.max(10, Math.min(60, Math.round(steps / 5))));
