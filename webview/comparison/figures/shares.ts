import type { ConfusionMatrix } from '../../../src/views/comparison/contract';

/** Shares of a label's rows that were given each label: a row adds up to one, or to zero where it has no rows. */
export function rowShares({ counts }: ConfusionMatrix): readonly (readonly number[])[] {
  return counts.map((row) => {
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => (sum > 0 ? value / sum : 0));
  });
}
