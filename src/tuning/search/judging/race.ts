import { mergeEdits } from '../text/mergeEdits';
import { pairedGain, rowLosses, type PairedGain } from './instructionScorer';
import type { RowPlan } from './rounds';
import type { Candidate, Incumbent, SearchContext } from '../searchContext';

/** Losses of an instruction on training rows, by row. */
export type RowLosses = Map<number, number>;

interface Entry {
  readonly candidate: Candidate;
  readonly losses: RowLosses;
  readonly gain: PairedGain;
}

export interface Winner {
  readonly candidate: Candidate;
  /** On rows that did not choose it. */
  readonly gain: PairedGain;
  readonly losses: RowLosses;
}

/**
 * Successive halving over growing sets of rows, each candidate against the incumbent on the same rows; then edits that
 * helped are put together, and what is left is compared on other rows, on which the best is decided.
 * @param known losses of the incumbent, to which those that are measured are added
 * @param read makes candidates of texts with several edits
 * @returns the best of those that fit into the context; undefined where none does
 */
export async function race(
  setting: SearchContext,
  {
    incumbent,
    known,
    candidates,
    plan,
  }: {
    readonly incumbent: Incumbent;
    readonly known: RowLosses;
    readonly candidates: readonly Candidate[];
    readonly plan: RowPlan;
  },
  read: (merged: readonly string[]) => Promise<readonly Candidate[]>,
): Promise<Winner | undefined> {
  const compare = async (entries: readonly Pick<Entry, 'candidate' | 'losses'>[], rows: readonly number[]) => {
    await scoreMissing(setting, incumbent.task, known, rows);
    const compared: Entry[] = [];
    for (const { candidate, losses } of entries)
      if (await scoreMissing(setting, candidate.task, losses, rows))
        compared.push({ candidate, losses, gain: pairedGain(known, losses, rows) });
    return compared.sort((a, b) => b.gain.gain - a.gain.gain);
  };
  let left: readonly Entry[] = [];
  let entries = candidates.map((candidate) => ({ candidate, losses: new Map<number, number>() }));
  for (const { rows, keep } of plan.rounds) {
    left = await compare(entries, rows);
    entries = left.slice(0, keep).map(({ candidate, losses }) => ({ candidate, losses }));
  }
  const helped = left.filter(({ gain }) => gain.gain > 0).map(({ candidate }) => candidate);
  const merged = await read(
    mergeEdits(
      incumbent.source,
      helped.map(({ source }) => source),
    ),
  );
  const finalists = [...entries, ...merged.map((candidate) => ({ candidate, losses: new Map<number, number>() }))];
  const [best] = await compare(finalists, plan.comparing);
  if (!best) return undefined;
  const [decided] = await compare([best], plan.deciding);
  return decided;
}

/** Adds the losses of the rows that are not known yet. @returns whether every prompt fits into the context */
async function scoreMissing(
  setting: SearchContext,
  task: Incumbent['task'],
  losses: RowLosses,
  rows: readonly number[],
): Promise<boolean> {
  const unknown = rows.filter((row) => !losses.has(row));
  if (unknown.length === 0) return true;
  const found = await rowLosses(setting, task, 'train', unknown);
  setting.forwards.done += unknown.length;
  for (const [row, loss] of found ?? []) losses.set(row, loss);
  return found !== undefined;
}
