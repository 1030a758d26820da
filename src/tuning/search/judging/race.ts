import { pairedGain, type PairedGain } from './instructionScorer';
import type { RowPlan } from './rounds';

/** Losses of a candidate on training rows, by row, nats. */
export type RowLosses = Map<number, number>;

export interface Race<Candidate> {
  /** What the candidates are measured against. */
  readonly incumbent: Candidate;
  /** What is known of it beforehand; what is measured is added. */
  readonly known?: RowLosses;
  readonly candidates: readonly Candidate[];
  readonly plan: RowPlan;
  /** Losses of rows, in nats; undefined where a prompt does not fit into the context. */
  measure(candidate: Candidate, rows: readonly number[]): Promise<ReadonlyMap<number, number> | undefined>;
  /** Further candidates, made of those that have helped so far; the best first. */
  combine?(helped: readonly Candidate[]): Promise<readonly Candidate[]>;
}

export interface Raced<Candidate> {
  readonly candidate: Candidate;
  readonly gain: PairedGain;
  readonly losses: RowLosses;
}

/** The best by its gain on the deciding rows, with what else was seen on the way, each the best first. */
export interface RaceWinner<Candidate> extends Raced<Candidate> {
  /** Those of the last round, by their gains on its rows. */
  readonly ranked: readonly Raced<Candidate>[];
  /** Those compared on other rows but for the winner, by their gains there. */
  readonly others: readonly Raced<Candidate>[];
}

/**
 * Successive halving on growing sets of rows, by paired differences to the incumbent; what is left, and what was made
 * of those that helped, is compared on other rows, on which the best is decided.
 * @returns the best with its gain on the deciding rows; undefined where none fits into the context
 */
export async function race<Candidate>({
  incumbent,
  known = new Map(),
  candidates,
  plan,
  measure,
  combine,
}: Race<Candidate>): Promise<RaceWinner<Candidate> | undefined> {
  const all = new Map<Candidate, RowLosses>([[incumbent, known]]);
  const lossesOf = async (candidate: Candidate, rows: readonly number[]): Promise<RowLosses> => {
    const own = all.get(candidate) ?? new Map<number, number>();
    all.set(candidate, own);
    const unknown = rows.filter((row) => !own.has(row));
    if (unknown.length > 0) for (const [row, loss] of (await measure(candidate, unknown)) ?? []) own.set(row, loss);
    return own;
  };
  const compare = async (entrants: readonly Candidate[], rows: readonly number[]): Promise<Raced<Candidate>[]> => {
    const before = await lossesOf(incumbent, rows);
    const compared: Raced<Candidate>[] = [];
    for (const candidate of entrants) {
      const losses = await lossesOf(candidate, rows);
      if (rows.every((row) => losses.has(row)))
        compared.push({ candidate, losses, gain: pairedGain(before, losses, rows) });
    }
    return compared.sort((a, b) => b.gain.gain - a.gain.gain);
  };
  let [remaining, ranked] = [candidates, [] as readonly Raced<Candidate>[]];
  for (const { rows, keep } of plan.rounds) {
    ranked = await compare(remaining, rows);
    remaining = ranked.slice(0, keep).map(({ candidate }) => candidate);
  }
  const helped = ranked.filter(({ gain }) => gain.gain > 0).map(({ candidate }) => candidate);
  const [best, ...others] = await compare([...remaining, ...((await combine?.(helped)) ?? [])], plan.comparing);
  const [winner] = best ? await compare([best.candidate], plan.deciding) : [];
  return winner && { ...winner, ranked, others };
}
