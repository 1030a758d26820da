import type { PredictionLine } from '../../runs/store/predictionLine';
import { measuredMetrics, type NamedMetric } from '../../runs/record/measuredMetrics';
import type { MetricScores } from '../../scoring/statistics/metricScores';
import { corpusValue } from './corpusValue';
import type { MeasuredRun } from './answeredStudy';

/** What a metric says of each answer of a study. */
export interface MetricColumn {
  /** The metric, with what it came to in the run of the lowest seed. */
  readonly metric: NamedMetric;
  /** `[seeds][rows]`; NaN where it could not judge the answer */
  readonly scores: readonly Float64Array[];
  /** `[seeds][rows · width]` what each row adds to a value that is made of all rows together. */
  readonly counts?: { readonly width: number; readonly seeds: readonly Float64Array[] };
  readonly value?: (counts: ArrayLike<number>) => number;
}

interface SeedAnswers {
  readonly run: MeasuredRun;
  /** `[rows]`, the same rows for each seed */
  readonly lines: readonly PredictionLine[];
}

/**
 * The columns of all metrics that every run was measured by, the one that decides first.
 * @param right `[seeds][rows]` 1 where the answer is the expected text: what runs without other metrics are judged by
 */
export function metricColumns(seeds: readonly SeedAnswers[], right: readonly Uint8Array[]): readonly MetricColumn[] {
  const measured = seeds.map(({ run }) => measuredMetrics(run.record.result));
  return measured[0]!.flatMap((metric): readonly MetricColumn[] => {
    if (!measured.every((metrics) => metrics.some(({ name }) => name === metric.name))) return [];
    if (seeds.every(({ lines }) => lines.every(({ scores }) => scores === undefined)))
      return [{ metric, scores: right.map((seed) => Float64Array.from(seed)) }];
    const scores = seeds.map(({ lines }) =>
      Float64Array.from(lines, (line) => line.scores?.[metric.name] ?? Number.NaN),
    );
    return [{ metric, scores, ...countsOf(seeds, metric.name) }];
  });
}

function countsOf(seeds: readonly SeedAnswers[], name: string): Pick<MetricColumn, 'counts' | 'value'> {
  const [{ run, lines }] = seeds as readonly [SeedAnswers, ...SeedAnswers[]];
  const width = lines.find(({ counts }) => counts?.[name])?.counts?.[name]?.length ?? 0;
  if (width === 0) return {};
  const none = new Array<number>(width).fill(0);
  return {
    counts: {
      width,
      seeds: seeds.map((seed) => Float64Array.from(seed.lines.flatMap(({ counts }) => counts?.[name] ?? none))),
    },
    value: corpusValue(run.record.settings, name),
  };
}

/** The rows that every seed has a score of. */
export function judgedRows({ scores }: MetricColumn): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < (scores[0]?.length ?? 0); row++)
    if (scores.every((seed) => !Number.isNaN(seed[row]))) rows.push(row);
  return Uint32Array.from(rows);
}

/** The scores at some places, for the statistics. */
export function scoresAt({ scores, counts, value }: MetricColumn, positions: Uint32Array): MetricScores {
  const rows = scores.map((seed) => Float64Array.from(positions, (position) => seed[position]!));
  if (!counts || !value) return { rows };
  const { width, seeds } = counts;
  const picked = seeds.map((seed) => {
    const part = new Float64Array(positions.length * width);
    positions.forEach((position, i) => part.set(seed.subarray(position * width, (position + 1) * width), i * width));
    return part;
  });
  return { rows, counted: { width, seeds: picked, value } };
}
