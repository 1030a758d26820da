import { exactMcNemar } from '../scoring/statistics/mcnemar';
import { pairedBootstrap } from '../scoring/statistics/pairedBootstrap';
import { seedBootstrap } from '../scoring/statistics/seedBootstrap';
import type { PairedDifference } from './studyAnalysis';
import { bootstrapSeed } from './studyEstimates';
import { commonRows, describeOther, placesOf, type Outcomes } from './answerColumns';

/** A difference before the correction, and what was left out; or why there is none. */
export type Pairing =
  | { readonly difference: Omit<PairedDifference, 'verdict' | 'words'>; readonly dropped: readonly string[] }
  | { readonly without: string };

/** Sets a study against the baseline, row by row. Only rows of the same data with the same expected answer are pairs. */
export function pairStudies(ours: Outcomes, baseline: Outcomes): Pairing {
  if (ours.split !== baseline.split || ours.data !== baseline.data)
    return { without: `Not paired: ${describeOther(ours, baseline, 'the baseline')}.` };
  const pairs = pairRows(ours, baseline);
  const rows = pairs.ours.length;
  if (rows === 0) return { without: 'Not paired: it has no rows in common with the baseline.' };
  const a = ours.right.map((seed) => pairs.ours.map((place) => seed[place]!));
  const b = baseline.right.map((seed) => pairs.baseline.map((place) => seed[place]!));
  const union = ours.rows.length + baseline.rows.length - pairs.common;
  return {
    difference: { rows, ...differenceOf(a, b) },
    dropped: [
      ...(pairs.common < union
        ? [`${union - pairs.common} of ${union} rows are not paired: only one of the two has them`]
        : []),
      ...(rows < pairs.common
        ? [`${pairs.common - rows} of ${pairs.common} rows are not paired: the two expect different answers there`]
        : []),
    ],
  };
}

function pairRows(
  ours: Outcomes,
  baseline: Outcomes,
): { readonly ours: Uint32Array; readonly baseline: Uint32Array; readonly common: number } {
  const rows = commonRows(ours.rows, baseline.rows);
  const [left, right] = [placesOf(rows, ours.rows), placesOf(rows, baseline.rows)];
  const same = (i: number) => ours.expected[left[i]!] === baseline.expected[right[i]!];
  return { ours: left.filter((_, i) => same(i)), baseline: right.filter((_, i) => same(i)), common: rows.length };
}

/** @param a `[seeds][rows]`, 1 where the study is right @param b likewise of the baseline */
function differenceOf(
  a: readonly Uint32Array[],
  b: readonly Uint32Array[],
): Omit<PairedDifference, 'rows' | 'verdict' | 'words'> {
  const differences = Float64Array.from(a[0]!, (_, row) => meanAt(a, row) - meanAt(b, row));
  const [gained, lost] = [sumOf(differences, 1), sumOf(differences, -1)];
  if (a.length === 1 && b.length === 1) {
    return {
      ...pairedBootstrap(differences, { seed: bootstrapSeed }),
      gained,
      lost,
      test: 'mcnemar',
      p: exactMcNemar(gained, lost),
    };
  }
  const { mean, low, high, p } = seedBootstrap(a, b, { seed: bootstrapSeed });
  return { mean, low: Math.max(-1, low), high: Math.min(1, high), gained, lost, test: 'seeds', p };
}

/** Sum of the differences of one sign; seeds divide a row into parts, whose rounding is taken away. */
function sumOf(differences: Float64Array, sign: 1 | -1): number {
  let sum = 0;
  for (const difference of differences) sum += Math.max(0, sign * difference);
  return Math.round(sum * 1e6) / 1e6;
}

function meanAt(seeds: readonly Uint32Array[], row: number): number {
  let sum = 0;
  for (const seed of seeds) sum += seed[row]!;
  return sum / seeds.length;
}
