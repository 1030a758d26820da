import type { StudyAnalysis, StudyResults, StudyRow } from '../../src/views/comparison/contract';
import {
  bytes,
  count,
  duration,
  fraction,
  interval,
  meanCount,
  missing,
  pValue,
  signed,
  signedInterval,
} from '../../src/formatNumbers';

/** A column of numbers: how a cell reads, and what it is sorted by. */
export interface Column {
  readonly key: string;
  readonly title: string;
  /** What the column says, for its tooltip. */
  readonly meaning: string;
  text(row: StudyRow, analysis: StudyAnalysis | undefined): string;
  /** Null where there is nothing to sort by; those go last. */
  value(row: StudyRow, analysis: StudyAnalysis | undefined): number | null;
}

type Measure = (measures: StudyResults) => number | null;

function measured(
  key: string,
  [title, meaning]: readonly [string, string],
  measure: Measure,
  format: (value: number) => string,
): Column {
  return {
    key,
    title,
    meaning,
    text: ({ results }) => {
      const value = results && measure(results);
      return typeof value === 'number' ? format(value) : missing;
    },
    value: ({ results }) => (results ? measure(results) : null),
  };
}

export function accuracyRange(row: StudyRow, analysis: StudyAnalysis | undefined): readonly [number, number] | null {
  const found = analysis?.accuracy;
  return found ? [found.low, found.high] : (row.results?.accuracyInterval ?? null);
}

/** Standard deviation of the seeds' accuracies (n − 1); null with fewer than two. */
export function seedSpread({ runs }: StudyRow): number | null {
  const values = runs.flatMap(({ accuracy }) => accuracy ?? []);
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

export const columns: readonly Column[] = [
  {
    key: 'accuracy',
    title: 'Accuracy',
    meaning: 'Share of the rows answered rightly, with its 95 % interval; a mean over the seeds',
    text: (row, analysis) =>
      row.results
        ? [fraction(row.results.accuracy), rangeText(accuracyRange(row, analysis))].filter(Boolean).join(' ')
        : missing,
    value: ({ results }) => results?.accuracy ?? null,
  },
  {
    key: 'difference',
    title: 'Against the baseline',
    meaning:
      'Paired difference of accuracy on the same rows, with its 95 % interval and a p value corrected for all comparisons shown',
    text: (_, analysis) => (analysis?.difference ? differenceText(analysis.difference) : missing),
    value: (_, analysis) => analysis?.difference?.mean ?? null,
  },
  measured(
    'macroF1',
    ['Macro-F1', 'Mean over the labels of the harmonic mean of precision and recall'],
    ({ macroF1 }) => macroF1,
    fraction,
  ),
  measured('loss', ['Loss', 'Mean objective in nats; lower is better'], ({ loss }) => loss, fraction),
  {
    key: 'seeds',
    title: 'Seeds',
    meaning: 'Trainings that differ only in their random numbers, and the standard deviation of their accuracies',
    text: (row) => {
      if (row.method === 'hard') return missing;
      const spread = seedSpread(row);
      return spread === null ? String(row.runs.length) : `${row.runs.length}, ±${fraction(spread)}`;
    },
    value: ({ runs }) => runs.length,
  },
  measured(
    'trained',
    ['Trained numbers', 'Numbers that were learned and are kept'],
    ({ trainedParameters }) => trainedParameters,
    count,
  ),
  measured('seconds', ['Time', 'Of the whole run: training and measuring'], ({ seconds }) => seconds, duration),
  measured(
    'promptTokens',
    ['Prompt tokens', 'Mean length of a prompt, virtual tokens included'],
    ({ promptTokens }) => promptTokens,
    meanCount,
  ),
  measured(
    'latency',
    ['Time per row', 'Mean time for the answer to a row, in batches, model loaded'],
    ({ secondsPerRow }) => secondsPerRow,
    duration,
  ),
  {
    key: 'size',
    title: 'Adapter',
    meaning: 'Size of the trained prompt on disk',
    text: (row, analysis) => (analysis && row.method !== 'hard' ? bytes(analysis.adapterBytes) : missing),
    value: (row, analysis) => (analysis && row.method !== 'hard' ? analysis.adapterBytes : null),
  },
  measured('memory', ['Memory', 'Most memory that the process held'], ({ peakMemoryBytes }) => peakMemoryBytes, bytes),
  measured('trainingRows', ['Training rows', 'Rows that were trained on'], ({ trainingRows }) => trainingRows, count),
];

function differenceText({ mean, low, high, p }: NonNullable<StudyAnalysis['difference']>): string {
  return `${signed(mean)} ${signedInterval([low, high])}, ${pValue(p)}`;
}

function rangeText(range: readonly [number, number] | null): string {
  return range ? `[${interval(range)}]` : '';
}

/** The rows in the order of a column; those without a value last. */
export function sorted(
  rows: readonly StudyRow[],
  sort: { readonly column: string; readonly down: boolean } | null,
  analysisOf: (key: string) => StudyAnalysis | undefined,
): readonly StudyRow[] {
  const column = columns.find(({ key }) => key === sort?.column);
  if (!sort) return rows;
  if (sort.column === 'name')
    return [...rows].sort((a, b) => (sort.down ? -1 : 1) * nameOf(a).localeCompare(nameOf(b)));
  if (!column) return rows;
  const valueOf = (row: StudyRow): number | null => column.value(row, analysisOf(row.key));
  return [...rows].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sort.down ? y - x : x - y;
  });
}

const nameOf = ({ name, template, method }: StudyRow): string => name || `${template} ${method}`;
