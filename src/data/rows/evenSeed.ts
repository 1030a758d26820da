import { keyWords, partAt, placeOfKey, type HeldOut, type PartName } from './rowPart';

/** Rows that stay together, with their answer where answers are labels. */
export interface RowGroup {
  readonly key: string;
  readonly label?: string;
  readonly rows: number;
}

/** Seeds that are tried, and places that are computed for them in all. */
const mostSeeds = 200;
const mostPlaces = 2_000_000;

/**
 * The seed, of the first few from 1, under which the rows of each label are divided most nearly as asked, and all rows
 * together too. It is chosen by counts of rows alone, before anything is measured.
 */
export function evenSeed(groups: readonly RowGroup[], held: HeldOut): number {
  const words = groups.map(({ key }) => keyWords(key));
  const labels = [...new Set(groups.map(({ label }) => label))];
  const labelOf = new Map(labels.map((label, index) => [label, index]));
  const strata = groups.map(({ label }) => labelOf.get(label)!);
  const all = labels.length;
  const wanted = new Float64Array((all + 1) * parts.length);
  for (const [i, { rows }] of groups.entries())
    for (const stratum of [strata[i]!, all])
      for (const [at, share] of [held.dev, held.test].entries())
        wanted[stratum * parts.length + at]! += (rows * share) / 100;
  const seeds = Math.max(1, Math.min(mostSeeds, Math.floor(mostPlaces / Math.max(1, groups.length))));
  let best = { seed: 1, unevenness: Infinity };
  for (let seed = 1; seed <= seeds; seed++) {
    const got = new Float64Array(wanted.length);
    for (const [i, { rows }] of groups.entries()) {
      const at = parts.indexOf(partAt(placeOfKey(words[i]!, seed), held));
      if (at < 0) continue;
      got[strata[i]! * parts.length + at]! += rows;
      got[all * parts.length + at]! += rows;
    }
    const isEmpty = parts.some((_, at) => wanted[all * parts.length + at]! > 0 && got[all * parts.length + at] === 0);
    // Chi-squared against what is asked, with a row more, so that a label of few rows does not outweigh all others.
    const unevenness =
      got.reduce((sum, rows, at) => sum + (rows - wanted[at]!) ** 2 / (wanted[at]! + 1), 0) +
      (isEmpty ? withoutRows : 0);
    if (unevenness < best.unevenness) best = { seed, unevenness };
  }
  return best.seed;
}

/** What weighs more than any unevenness: that a part has no row at all. */
const withoutRows = 1e12;
const parts: readonly PartName[] = ['dev', 'test'];
