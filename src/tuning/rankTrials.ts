import { standardDeviation } from '../scoring/statistics/mean';
import { scoreGain, type Trial } from './progress';

/** What a short training came to, with a learning rate that is tried. */
export interface RateTrial extends Trial {
  readonly rate: number;
  /** Of each row that the loss is a mean of, or of each batch: the same ones in every trial. */
  readonly losses: readonly number[];
}

/**
 * The trials that came to a number, the one to choose first. The metric that decides is looked at first where there is
 * one, then the loss. Of rates whose losses cannot be told apart by these rows the highest goes first: what a short
 * training gains is small beside the noise, and in a whole one a rate that is too low loses more than one that is high.
 */
export function rankTrials<T extends RateTrial>(trials: readonly T[]): readonly T[] {
  const finite = trials.filter(({ loss }) => Number.isFinite(loss)).sort(compareTrials);
  const [best] = finite;
  if (!best) return [];
  const isPeer = (trial: T): boolean => gainOf(best, trial) === 0 && isWithinNoise(trial, best);
  const peers = finite.filter(isPeer).sort((one, other) => other.rate - one.rate);
  return [...peers, ...finite.filter((trial) => !isPeer(trial))];
}

const compareTrials = (one: Trial, other: Trial): number => gainOf(one, other) || one.loss - other.loss;

/** How much better the other is by the metric that decides. */
const gainOf = (one: Trial, other: Trial): number => (other.score ? scoreGain(one.score, other.score) : 0);

/**
 * Whether a loss lies within one standard error of the lowest: that of the mean difference row by row, since both are
 * of the same rows (the rule of one standard error, Breiman et al. 1984).
 */
function isWithinNoise(trial: RateTrial, best: RateTrial): boolean {
  const differences = trial.losses.map((loss, row) => loss - best.losses[row]!);
  const error = differences.length > 1 ? standardDeviation(differences) / Math.sqrt(differences.length) : 0;
  return trial.loss - best.loss <= error;
}
