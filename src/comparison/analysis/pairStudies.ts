import { exactMcNemar } from '../../scoring/statistics/mcnemar';
import { pairedBootstrap } from '../../scoring/statistics/pairedBootstrap';
import { seedBootstrap } from '../../scoring/statistics/seedBootstrap';
import type { PairedDifference } from './studyAnalysis';
import { bootstrapSeed } from './studyEstimates';
import { commonRows, describeOther, positionsOf, type Outcomes } from './answerColumns';

/** A difference before the correction, and what was left out; or why there is none. */
export type Pairing =
  | { readonly difference: PairedDifference; readonly unpaired: readonly string[] }
  | { readonly withoutDifference: string };

/**
 * Sets a study against the baseline, row by row. Only rows of the same data with the same expected answer are pairs.
 */
export function pairStudies(study: Outcomes, baseline: Outcomes): Pairing {
  if (study.split !== baseline.split || study.data !== baseline.data)
    return { withoutDifference: `Not paired: ${describeOther(study, baseline, 'the baseline')}.` };
  const pairs = pairRows(study, baseline);
  const rows = pairs.study.length;
  if (rows === 0) return { withoutDifference: 'Not paired: it has no rows in common with the baseline.' };
  const studyRight = study.right.map((seed) => pairs.study.map((position) => seed[position]!));
  const baselineRight = baseline.right.map((seed) => pairs.baseline.map((position) => seed[position]!));
  const union = study.rows.length + baseline.rows.length - pairs.common;
  return {
    difference: { rows, ...differenceOf(studyRight, baselineRight) },
    unpaired: [
      ...(pairs.common < union
        ? [`${union - pairs.common} of ${union} rows are not paired: only one of the two has them`]
        : []),
      ...(rows < pairs.common
        ? [`${pairs.common - rows} of ${pairs.common} rows are not paired: the two expect different answers there`]
        : []),
    ],
  };
}

interface RowPairs {
  /** Position of each pair's row among those of the study, and of the baseline. */
  readonly study: Uint32Array;
  readonly baseline: Uint32Array;
  /** Rows that both have, whatever they expect. */
  readonly common: number;
}

function pairRows(study: Outcomes, baseline: Outcomes): RowPairs {
  const rows = commonRows(study.rows, baseline.rows);
  const [left, right] = [positionsOf(rows, study.rows), positionsOf(rows, baseline.rows)];
  const isSame = (i: number) => study.expected[left[i]!] === baseline.expected[right[i]!];
  return {
    study: left.filter((_, i) => isSame(i)),
    baseline: right.filter((_, i) => isSame(i)),
    common: rows.length,
  };
}

/** @param study `[seeds][rows]`, 1 where the study is right @param baseline likewise of the baseline */
function differenceOf(study: readonly Uint32Array[], baseline: readonly Uint32Array[]): Omit<PairedDifference, 'rows'> {
  const differences = Float64Array.from(study[0]!, (_, row) => meanAt(study, row) - meanAt(baseline, row));
  const [gained, lost] = [sumOf(differences, 1), sumOf(differences, -1)];
  if (study.length === 1 && baseline.length === 1) {
    return {
      ...pairedBootstrap(differences, { seed: bootstrapSeed }),
      gained,
      lost,
      test: 'mcnemar',
      p: exactMcNemar(gained, lost),
    };
  }
  const { mean, low, high, p } = seedBootstrap(study, baseline, { seed: bootstrapSeed });
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
