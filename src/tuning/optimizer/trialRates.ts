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

type Trained = Pick<Settings, 'method' | 'optimizer' | 'projection'>;

export const trialRates = (trained: Trained): readonly number[] =>
  isThroughNetwork(trained) && trained.optimizer === 'adamw' ? encoderRates : rates[trained.optimizer];

const isThroughNetwork = ({ method, projection }: Trained): boolean =>
  method === 'v1' || (method === 'v2' && projection);

/** So many rates go on to so many steps. */
export interface TrialRound {
  readonly rates: number;
  readonly steps: number;
}

/** Trials are the beginning of a training of so many steps, with which rates were measured, or of a shorter one. */
const measuredSteps = 300;
/** Of that training, the steps until rates are compared for the first and for the last time, or once. */
const [firstSteps, lastSteps, onlySteps] = [30, 90, 60];
/** Fewer steps tell rates apart by nothing. */
const fewestSteps = 10;

/**
 * Few steps at every rate, then more at all but the worst: at first the losses at high rates are above those at rates
 * that have not moved anything yet, and fall below them later. Networks are compared once, so that memory holds none
 * but the one that is trained.
 */
export function trialRounds(settings: Trained & Pick<Settings, 'steps'>): readonly TrialRound[] {
  const ofTraining = (steps: number): number =>
    Math.min(settings.steps, Math.max(fewestSteps, Math.round((trainingSteps(settings) * steps) / measuredSteps)));
  const rates = trialRates(settings).length;
  if (isThroughNetwork(settings)) return [{ rates, steps: ofTraining(onlySteps) }];
  const [first, last] = [ofTraining(firstSteps), ofTraining(lastSteps)];
  const all = { rates, steps: first };
  return last > first ? [all, { rates: all.rates - 1, steps: last }] : [all];
}

const trainingSteps = ({ steps }: Pick<Settings, 'steps'>): number => Math.min(steps, measuredSteps);

/**
 * The settings that trials run by. They do not decay to zero within a few steps, which would hide what a high rate
 * gains, and take the warm-up of a training that is not longer than they can see.
 */
export function trialSettings(settings: Settings): Settings {
  const steps = trainingSteps(settings);
  const { warmup } = settings;
  return { ...settings, steps, warmup: warmup < 1 ? warmup : (warmup * steps) / settings.steps };
}

/** Steps that trials take together. */
export function trialsTotal(rounds: readonly TrialRound[]): number {
  return rounds.reduce((sum, { rates, steps }, round) => sum + rates * (steps - (rounds[round - 1]?.steps ?? 0)), 0);
}
