/** How many candidates stay after each round of measuring, and on how many rows they are measured. */
const rounds: readonly { readonly rows: number; readonly keep: number }[] = [
  { rows: 8, keep: 12 },
  { rows: 32, keep: 3 },
];
/**
 * Rows on which the last candidates are measured; none of them helped to choose these candidates where there are
 * enough.
 */
const decidingRows = 128;

/** The rows of one iteration's measurements, in the order given. */
export interface RowPlan {
  readonly rounds: readonly { readonly rows: readonly number[]; readonly keep: number }[];
  readonly deciding: readonly number[];
}

/**
 * Splits shuffled rows between choosing candidates and deciding on them; of too few rows a third chooses and all
 * decide.
 */
export function planRows(shuffled: readonly number[]): RowPlan {
  const most = rounds.at(-1)!.rows;
  const choosing = Math.max(2, Math.min(most, Math.floor(shuffled.length / 3)));
  const deciding = shuffled.length >= 3 * most ? shuffled.slice(most, most + decidingRows) : shuffled;
  return {
    rounds: rounds.map(({ rows, keep }) => ({ rows: shuffled.slice(0, Math.min(rows, choosing)), keep })),
    deciding,
  };
}

/** What an iteration costs at least, in example forwards, for candidates of a given number. */
export function planCost({ rounds: planned, deciding }: RowPlan, candidates: number): number {
  let left = candidates;
  let cost = 0;
  for (const { rows, keep } of planned) {
    cost += (left + 1) * rows.length;
    left = Math.min(left, keep);
  }
  return cost + (left + 1) * deciding.length;
}
