import { trialsTotal, type TrialRound } from './optimizer/trialRates';
import type { Trial } from './progress';
import { rankTrials, type RateTrial } from './rankTrials';
import type { TrainEvent } from './trainEvent';

/** A training at a rate that is tried; it goes on from where it is. */
export interface TriedTraining {
  /** Takes a step. @returns its loss */
  step(): Promise<number>;
  /** What it has come to. */
  judge(): Promise<Trial>;
}

/** The trials of a training. */
export interface Trials {
  /** From the lowest to the highest. */
  readonly rates: readonly number[];
  readonly rounds: readonly TrialRound[];
  /** Begins a training. */
  open(rate: number): TriedTraining;
  readonly signal?: AbortSignal;
}

interface Entrant {
  readonly rate: number;
  readonly training: TriedTraining;
}

/**
 * Tries rates by successive halving (Jamieson and Talwalkar 2016): all take a few steps, and those that rank first go
 * on from where they are. Of the others nothing is kept but what they came to.
 * @returns the rate that ranks first at the end, never one that came to no number; the lowest where none did
 */
export async function* chooseRate(trials: Trials): AsyncGenerator<TrainEvent, number> {
  const { rates, rounds, open } = trials;
  const judged: RateTrial[][] = [];
  let enter: readonly (() => Entrant)[] = rates.map((rate) => () => ({ rate, training: open(rate) }));
  for (const round of rounds.keys()) {
    const results: RateTrial[] = (judged[round] = []);
    let kept: readonly Entrant[] = [];
    for (const [at, open] of enter.entries()) {
      const entrant = open();
      const trial = yield* takeRound(trials, round, entrant, { trial: at + 1, trials: enter.length });
      if (!trial) return lastChoice(judged) ?? rates[0]!;
      results.push(trial);
      kept = firstRanked([...kept, entrant], results, rounds[round + 1]?.rates ?? 0);
    }
    if (kept.length < 2) break;
    enter = kept.map((entrant) => () => entrant);
  }
  return lastChoice(judged) ?? rates[0]!;
}

/** Takes a training to the end of a round. @returns what it came to; undefined where it was stopped */
async function* takeRound(
  { rounds, signal }: Trials,
  round: number,
  { rate, training }: Entrant,
  which: { readonly trial: number; readonly trials: number },
): AsyncGenerator<TrainEvent, RateTrial | undefined> {
  const from = rounds[round - 1]?.steps ?? 0;
  const { steps } = rounds[round]!;
  const before = trialsTotal(rounds.slice(0, round)) + (which.trial - 1) * (steps - from);
  const all = trialsTotal(rounds);
  let outcome: Trial | undefined;
  yield { kind: 'trialStep', step: from, steps, done: before, all, ...which };
  for (let step = from + 1; step <= steps && !outcome; step++) {
    if (signal?.aborted) return undefined;
    if (!Number.isFinite(await training.step())) outcome = { loss: Infinity };
    yield { kind: 'trialStep', step, steps, done: before + step - from, all, ...which };
  }
  if (signal?.aborted) return undefined;
  outcome ??= await training.judge();
  const { loss, score } = outcome;
  yield { kind: 'sweep', rate, ...which, steps, devLoss: loss, ...(score && { score }) };
  return { rate, ...outcome };
}

/** Those that may go on, as far as is known, from the lowest rate to the highest. */
function firstRanked(entrants: readonly Entrant[], results: readonly RateTrial[], most: number): readonly Entrant[] {
  return rankTrials(results)
    .flatMap(({ rate }) => entrants.filter((entrant) => entrant.rate === rate))
    .slice(0, most)
    .sort((one, other) => one.rate - other.rate);
}

/** The choice of the last round that has one, among those that have not failed since. */
function lastChoice(judged: readonly (readonly RateTrial[])[]): number | undefined {
  const failed = new Set(judged.flat().flatMap(({ rate, loss }) => (Number.isFinite(loss) ? [] : [rate])));
  const choices = judged.flatMap((results) =>
    rankTrials(results.filter(({ rate }) => !failed.has(rate)))
      .slice(0, 1)
      .map(({ rate }) => rate),
  );
  return choices.at(-1);
}
