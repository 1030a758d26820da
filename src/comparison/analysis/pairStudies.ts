import * as l10n from '@vscode/l10n';
import { advantage, type MetricFace } from '../../scoring/metricFace';
import type { SeedsByRows } from '../../scoring/statistics/crossedDesign';
import { metricDifference, type MetricScores } from '../../scoring/statistics/metricScores';
import { judgedRows, scoresAt } from '../../scoring/metricColumn';
import type { StudyColumn } from './metricColumns';
import type { PairedDifference } from './studyAnalysis';
import { commonRows, positionsOf, type Outcomes } from './answerColumns';

/** Differences before the correction, and what was left out; or why there are none. */
export type Pairing =
  { readonly differences: readonly PairedDifference[]; readonly unpaired: readonly string[] } | Unpaired;

/** Why there are none. */
export interface Unpaired {
  readonly withoutDifference: string;
  /** Whether something is missing that was to be paired. */
  readonly isUnpaired: boolean;
}

export const unpaired = (withoutDifference: string): Unpaired => ({ withoutDifference, isUnpaired: true });

/**
 * Sets a study against the baseline, row by row. Only rows of the same data with the same expected answer are pairs.
 */
export function pairStudies(study: Outcomes, baseline: Outcomes): Pairing {
  if (study.split !== baseline.split || study.data !== baseline.data)
    return unpaired(
      study.split === baseline.split
        ? l10n.t`Not paired: its ${study.split} data are not those of the baseline.`
        : l10n.t`Not paired: it was measured on ${study.split}, the baseline on ${baseline.split}.`,
    );
  const pairs = pairRows(study, baseline);
  const rows = pairs.study.length;
  if (rows === 0) return unpaired(l10n.t`Not paired: it has no rows in common with the baseline.`);
  const differences = study.metrics.flatMap((column) => {
    const other = baseline.metrics.find(({ metric }) => metric.name === column.metric.name);
    return (other && differenceBy(column, other, pairs)) ?? [];
  });
  if (differences.length === 0) return unpaired(l10n.t`Not paired: no metric has judged the same rows of both.`);
  const union = study.rows.length + baseline.rows.length - pairs.common;
  return {
    differences,
    unpaired: [
      ...(pairs.common < union
        ? [l10n.t`${union - pairs.common} of ${union} rows are not paired: only one of the two has them`]
        : []),
      ...(rows < pairs.common
        ? [
            l10n.t`${pairs.common - rows} of ${pairs.common} rows are not paired: the two expect different answers \
there`,
          ]
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

/** By one metric; undefined where it could judge none of the pairs. */
function differenceBy(study: StudyColumn, baseline: StudyColumn, pairs: RowPairs): PairedDifference | undefined {
  const judged = new Set(judgedRows(study));
  const judgedBaseline = new Set(judgedRows(baseline));
  const both = (_: number, i: number) => judged.has(pairs.study[i]!) && judgedBaseline.has(pairs.baseline[i]!);
  const [own, others] = [scoresAt(study, pairs.study.filter(both)), scoresAt(baseline, pairs.baseline.filter(both))];
  const rows = own.rows[0]!.length;
  if (rows === 0) return undefined;
  return { metric: study.metric.name, rows, ...metricDifference(own, others), ...tally(own, others, study.metric) };
}

/** Rows that one side answers better. Rights and wrongs of several seeds divide a row into parts. */
function tally(
  { rows: own }: MetricScores,
  { rows: others }: MetricScores,
  metric: MetricFace,
): Pick<PairedDifference, 'gained' | 'lost'> {
  const differences = Float64Array.from(own[0]!, (_, row) => meanAt(own, row) - meanAt(others, row));
  const gains = differences.map((difference) => advantage(metric, difference, 0) || 0);
  return { gained: sumOf(gains, 1, metric), lost: sumOf(gains, -1, metric) };
}

/** Parts of rows of one sign, whose rounding is taken away; of other scores than right and wrong, rows of that sign. */
function sumOf(differences: Float64Array, sign: 1 | -1, { binary }: MetricFace): number {
  let sum = 0;
  for (const difference of differences) sum += Math.max(0, binary ? sign * difference : Math.sign(sign * difference));
  return Math.round(sum * 1e6) / 1e6;
}

function meanAt(seeds: SeedsByRows, row: number): number {
  let sum = 0;
  for (const seed of seeds) sum += seed[row]!;
  return sum / seeds.length;
}
