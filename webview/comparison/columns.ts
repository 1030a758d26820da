import * as l10n from '@vscode/l10n';
import {
  inSentence,
  labelAccuracy,
  metricOf,
  type AnsweredComparison,
  type AnsweredStudy,
  type ComparisonState,
  type MetricFace,
  type StudyDifference,
  type StudyResults,
  type StudyRow,
  trains,
} from '../../src/views/comparison/contract';
import {
  bytes,
  count,
  duration,
  fraction,
  meanCount,
  missing,
  pValue,
  metricInterval,
  metricNumber,
  signedMetric,
  signedMetricInterval,
} from '../../src/words/formatNumbers';
import { answersOf } from './answers';
import type { PageLook } from './keptPage';

/** A column of numbers: how a cell reads, and what it is sorted by. */
export interface Column {
  readonly key: string;
  readonly title: string;
  /** What the column says, for its tooltip. */
  readonly meaning: string;
  text(row: StudyRow, answers: AnsweredStudy | undefined): string;
  /** Null where there is nothing to sort by; those go last. */
  value(row: StudyRow, answers: AnsweredStudy | undefined): number | null;
}

type ValueOf = (results: StudyResults) => number | null;

function resultColumn(
  key: string,
  [title, meaning]: readonly [string, string],
  valueOf: ValueOf,
  format: (value: number) => string,
): Column {
  return {
    key,
    title,
    meaning,
    text: ({ results }) => {
      const value = results && valueOf(results);
      return typeof value === 'number' ? format(value) : missing;
    },
    value: ({ results }) => (results ? valueOf(results) : null),
  };
}

/** The column of what decides. */
export const decidingColumn = 'score';

/** The columns that there are: what decides, the difference by it, the other metrics, and what every study has. */
export function columnsOf({ metric, metrics }: Pick<ComparisonState, 'metric' | 'metrics'>): readonly Column[] {
  const deciding = metric ?? labelAccuracy;
  return [
    {
      ...metricColumn(deciding),
      key: decidingColumn,
      meaning:
        deciding.name === labelAccuracy.name
          ? l10n.t`Share of the rows answered rightly, with its 95 % interval; a mean over the seeds`
          : l10n.t`${deciding.title}, which decides, with its 95 % interval; a mean over the seeds`,
    },
    {
      key: 'difference',
      title: l10n.t`Against the baseline`,
      meaning: l10n.t`Paired difference of ${inSentence(deciding.title)} on the same rows, with its 95 % interval and \
a p value corrected for all comparisons shown`,
      text: (_, answers) => (answers?.difference ? differenceText(answers.difference, deciding) : missing),
      value: (_, answers) => answers?.difference?.mean ?? null,
    },
    ...metrics.filter(({ name }) => name !== deciding.name).map(metricColumn),
    ...columns,
  ];
}

/** What the page shows, as far as columns go by it. */
export interface ColumnView {
  readonly state: ComparisonState;
  readonly answers: AnsweredComparison | undefined;
  readonly look: Pick<PageLook, 'hidden'>;
}

/** The columns that some study has something in; while the answers are being read, also those that they may fill. */
export function filledColumns({ state, answers }: Omit<ColumnView, 'look'>): readonly Column[] {
  const measured = state.studies.filter(({ results }) => results);
  const mayCome: Readonly<Record<string, boolean>> = {
    difference: measured.length > 1,
    size: !answers && measured.some(({ method }) => trains(method)),
  };
  return columnsOf(state).filter(
    (column) =>
      column.key === decidingColumn ||
      mayCome[column.key] ||
      state.studies.some((row) => column.text(row, answersOf({ answers }, row.key)) !== missing),
  );
}

/** Those of them that are not hidden. */
export function shownColumns(view: ColumnView): readonly Column[] {
  return filledColumns(view).filter(({ key }) => !view.look.hidden.includes(key));
}

/** A metric with its interval. */
function metricColumn({ name, title, scale }: MetricFace): Column {
  return {
    key: `metric ${name}`,
    title,
    meaning: l10n.t`${title}, with its 95 % interval; a mean over the seeds`,
    text: ({ results }) => {
      const metric = metricOf(results, name);
      return metric
        ? [metricNumber(metric.value, scale), metric.interval && `[${metricInterval(metric.interval, scale)}]`]
            .filter(Boolean)
            .join(' ')
        : missing;
    },
    value: ({ results }) => metricOf(results, name)?.value ?? null,
  };
}

const columns: readonly Column[] = [
  resultColumn(
    'macroF1',
    [l10n.t`Macro-F1`, l10n.t`Mean over the labels of the harmonic mean of precision and recall`],
    ({ macroF1 }) => macroF1,
    fraction,
  ),
  resultColumn(
    'labelMass',
    [l10n.t`Label mass`, l10n.t`Mean probability of all label words together at the answer slot`],
    ({ labelMass }) => labelMass,
    fraction,
  ),
  resultColumn('loss', [l10n.t`Loss`, l10n.t`Mean objective in nats; lower is better`], ({ loss }) => loss, fraction),
  {
    key: 'seeds',
    title: l10n.t`Seeds`,
    meaning: l10n.t`Trainings that differ only in their random numbers, and the standard deviation of what decides`,
    text: ({ method, runs, results }) => {
      if (!trains(method)) return missing;
      if (!results) return String(runs.length);
      const { spread, scale } = results.metrics[0]!;
      const seeds = String(results.seeds.length);
      return spread === null ? seeds : `${seeds}, ±${metricNumber(spread, scale)}`;
    },
    value: ({ runs, results }) => results?.seeds.length ?? runs.length,
  },
  resultColumn(
    'trained',
    [l10n.t`Trained numbers`, l10n.t`Numbers that were learned and are kept`],
    ({ trainedParameters }) => trainedParameters,
    count,
  ),
  resultColumn(
    'seconds',
    [l10n.t`Time`, l10n.t`Of the whole run: training and measuring`],
    ({ seconds }) => seconds,
    duration,
  ),
  resultColumn(
    'promptTokens',
    [l10n.t`Prompt tokens`, l10n.t`Mean length of a prompt, virtual tokens included`],
    ({ promptTokens }) => promptTokens,
    meanCount,
  ),
  resultColumn(
    'latency',
    [l10n.t`Time per row`, l10n.t`Mean time for the answer to a row, in batches, model loaded`],
    ({ secondsPerRow }) => secondsPerRow,
    duration,
  ),
  {
    key: 'size',
    title: l10n.t`Adapter`,
    meaning: l10n.t`Size of the trained prompt on disk`,
    text: (_, answers) => (answers && answers.adapterBytes > 0 ? bytes(answers.adapterBytes) : missing),
    value: (_, answers) => answers?.adapterBytes || null,
  },
  resultColumn(
    'memory',
    [l10n.t`Memory`, l10n.t`Most memory that the process held`],
    ({ peakMemoryBytes }) => peakMemoryBytes,
    bytes,
  ),
  resultColumn(
    'trainingRows',
    [l10n.t`Training rows`, l10n.t`Rows that were trained on`],
    ({ trainingRows }) => trainingRows,
    count,
  ),
];

function differenceText({ mean, low, high, p }: StudyDifference, { scale }: MetricFace): string {
  return `${signedMetric(mean, scale)} ${signedMetricInterval([low, high], scale)}, ${pValue(p)}`;
}

/** The rows in the order of a column; those without a value last. */
export function sorted(
  { studies: rows, ...state }: Pick<ComparisonState, 'studies' | 'metric' | 'metrics'>,
  sort: { readonly column: string; readonly down: boolean } | null,
  answersOf: (key: string) => AnsweredStudy | undefined,
): readonly StudyRow[] {
  const column = columnsOf(state).find(({ key }) => key === sort?.column);
  if (!sort) return rows;
  if (sort.column === 'name') return [...rows].sort((a, b) => (sort.down ? -1 : 1) * a.name.localeCompare(b.name));
  if (!column) return rows;
  const valueOf = (row: StudyRow): number | null => column.value(row, answersOf(row.key));
  return [...rows].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sort.down ? y - x : x - y;
  });
}
