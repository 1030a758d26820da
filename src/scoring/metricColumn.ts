import { meanCounts } from '../metrics/metric';
import { corpusValue } from './corpusValue';
import type { CountedSeeds } from './statistics/corpusBootstrap';
import type { MetricScores } from './statistics/metricScores';
import type { Settings } from '../template/settings/settings';

/** An answer, with what the metrics said of it where it was judged by any beside the expected text. */
export interface JudgedLine {
  readonly expected: string;
  readonly predicted: string;
  readonly scores?: Readonly<Record<string, number | null>>;
  readonly counts?: Readonly<Record<string, readonly number[]>>;
}

interface CountedColumn extends CountedSeeds {
  /** `[seeds][rows · width]` */
  readonly seeds: readonly Float64Array[];
}

/** What a metric says of each answer of some seeds to the same rows. */
export interface MetricColumn {
  /** `[seeds][rows]`; NaN where it could not judge the answer */
  readonly scores: readonly Float64Array[];
  readonly scale?: MetricScores['scale'];
  /** Of a metric whose value is made of all rows together. */
  readonly counted?: CountedColumn;
}

/**
 * A metric's column. Answers that no metric has judged are right where they are the expected text.
 * @param seeds `[seeds][rows]` the same rows for each seed
 * @param settings of the runs, which say how a value is made of all rows together
 */
export function metricColumn(
  seeds: readonly (readonly JudgedLine[])[],
  name: string,
  settings: Pick<Settings, 'metrics'>,
): MetricColumn {
  if (seeds.every((lines) => lines.every(({ scores }) => scores === undefined)))
    return { scores: seeds.map((lines) => Float64Array.from(lines, isExpected)) };
  const scores = seeds.map((lines) => Float64Array.from(lines, (line) => line.scores?.[name] ?? Number.NaN));
  const width = seeds.flat().find(({ counts }) => counts?.[name])?.counts?.[name]?.length ?? 0;
  if (width === 0) return { scores };
  const none = new Array<number>(width).fill(0);
  const counts = seeds.map((lines) => Float64Array.from(lines.flatMap((line) => countsOf(line, name) ?? none)));
  return { scores, counted: { width, seeds: counts, value: corpusValue(settings, name) } };
}

/** A row that counts as a mean does is written without its counts. */
function countsOf({ scores, counts }: JudgedLine, name: string): readonly number[] | undefined {
  const score = scores?.[name];
  return counts?.[name] ?? (score === undefined || score === null ? undefined : meanCounts(score));
}

const isExpected = ({ expected, predicted }: JudgedLine): number => Number(expected.trim() === predicted.trim());

/** The rows that every seed has a score of. */
export function judgedRows({ scores }: MetricColumn): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < (scores[0]?.length ?? 0); row++)
    if (scores.every((seed) => !Number.isNaN(seed[row]))) rows.push(row);
  return Uint32Array.from(rows);
}

/** The scores at some places, which rise, for the statistics. */
export function scoresAt({ scores, counted, scale }: MetricColumn, positions: Uint32Array): MetricScores {
  if (positions.length === scores[0]?.length)
    return { rows: scores, ...(scale && { scale }), ...(counted && { counted }) };
  const rows = scores.map((seed) => Float64Array.from(positions, (position) => seed[position]!));
  if (!counted) return { rows, ...(scale && { scale }) };
  const { width } = counted;
  const seeds = counted.seeds.map((seed) => {
    const part = new Float64Array(positions.length * width);
    positions.forEach((position, i) => part.set(seed.subarray(position * width, (position + 1) * width), i * width));
    return part;
  });
  return { rows, ...(scale && { scale }), counted: { ...counted, seeds } };
}
