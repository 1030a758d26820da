import { pairedGain, type PairedGain } from '../search/judging/instructionScorer';
import type { RowPlan } from '../search/judging/rounds';

export interface Race<Candidate> {
  /** What the candidates are measured against. */
  readonly incumbent: Candidate;
  readonly candidates: readonly Candidate[];
  readonly plan: RowPlan;
  /** Losses of rows, in nats; undefined where a prompt does not fit into the context. */
  measure(candidate: Candidate, rows: readonly number[]): Promise<ReadonlyMap<number, number> | undefined>;
}

export interface Raced<Candidate> {
  readonly candidate: Candidate;
  readonly gain: PairedGain;
}

/**
 * Successive halving on growing sets of rows, by paired differences to the incumbent.
 * @returns the best with its gain on the deciding rows; undefined where none fits into the context
 */
export async function race<Candidate>({
  incumbent,
  candidates,
  plan,
  measure,
}: Race<Candidate>): Promise<Raced<Candidate> | undefined> {
  const known = new Map<Candidate, Map<number, number>>();
  const losses = async (candidate: Candidate, rows: readonly number[]): Promise<ReadonlyMap<number, number>> => {
    const own = known.get(candidate) ?? new Map<number, number>();
    known.set(candidate, own);
    const unknown = rows.filter((row) => !own.has(row));
    if (unknown.length > 0) for (const [row, loss] of (await measure(candidate, unknown)) ?? []) own.set(row, loss);
    return own;
  };
  const gainsOn = async (rows: readonly number[], remaining: readonly Candidate[]): Promise<Raced<Candidate>[]> => {
    const before = await losses(incumbent, rows);
    const gains: Raced<Candidate>[] = [];
    for (const candidate of remaining) {
      const after = await losses(candidate, rows);
      if (rows.every((row) => after.has(row))) gains.push({ candidate, gain: pairedGain(before, after, rows) });
    }
    return gains.sort((a, b) => b.gain.gain - a.gain.gain);
  };
  let remaining = candidates;
  for (const { rows, keep } of plan.rounds)
    remaining = (await gainsOn(rows, remaining)).slice(0, keep).map(({ candidate }) => candidate);
  const [best] = await gainsOn(plan.comparing, remaining);
  return best && (await gainsOn(plan.deciding, [best.candidate]))[0];
}
