import { isBetterTrial, type Trial } from './progress';

/** What a short training came to, with a learning rate that is tried. */
export interface RateTrial extends Trial {
  readonly rate: number;
}

/** The trials that came to a number, the best first: by the metric that decides, if there is one, then by the loss. */
export function rankTrials<T extends RateTrial>(trials: readonly T[]): readonly T[] {
  return trials
    .filter(({ loss }) => Number.isFinite(loss))
    .sort((one, other) => Number(isBetterTrial(other, one)) - Number(isBetterTrial(one, other)));
}
