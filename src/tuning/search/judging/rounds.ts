/** A round of choosing: on how many rows candidates are measured in all, and how many of them stay. */
export interface Heat {
  readonly rows: number;
  readonly keep: number;
}

/** For many candidates whose gains are small and certain, since they hardly change the text. */
export const manyOnFew: readonly Heat[] = [
  { rows: 8, keep: 12 },
  { rows: 32, keep: 2 },
];

/** Texts with several edits that are compared with those that stay. */
const mergedAtMost = 4;
/**
 * Rows on which the last candidates are compared, and those on which the best of them is decided; none of them helped
 * to choose where there are enough.
 */
const comparingRows = 48;
export const decidingRows = 128;

/** The rows of one iteration's measurements, in the order given. */
export interface RowPlan {
  readonly rounds: readonly { readonly rows: readonly number[]; readonly keep: number }[];
  /** The first of `deciding`. */
  readonly comparing: readonly number[];
  readonly deciding: readonly number[];
}

/**
 * Splits shuffled rows between choosing candidates and deciding on them; of too few rows a third chooses and all
 * decide.
 * @param most rows that decide
 */
export function planRows(
  shuffled: readonly number[],
  heats: readonly Heat[] = manyOnFew,
  most: number = decidingRows,
): RowPlan {
  const last = heats.at(-1)!.rows;
  const choosing = Math.max(2, Math.min(last, Math.floor(shuffled.length / 3)));
  const deciding = shuffled.length >= 3 * last ? shuffled.slice(last, last + most) : shuffled;
  return {
    rounds: heats.map(({ rows, keep }) => ({ rows: shuffled.slice(0, Math.min(rows, choosing)), keep })),
    comparing: deciding.slice(0, comparingRows),
    deciding,
  };
}

/** What an iteration costs at most, in prompts, for candidates of a given number. */
export function planCost({ rounds: planned, comparing, deciding }: RowPlan, candidates: number): number {
  let left = candidates;
  let [cost, measured] = [0, 0];
  for (const { rows, keep } of planned) {
    cost += (left + 1) * (rows.length - measured);
    measured = rows.length;
    left = Math.min(left, keep);
  }
  // A few rows decide as well as choose where there are few.
  return cost + (left + mergedAtMost + 1) * comparing.length + 2 * (deciding.length - comparing.length) + mergedAtMost;
}
