import * as l10n from '@vscode/l10n';
import {
  bytes,
  count,
  duration,
  fraction,
  meanCount,
  missing,
  pNumber,
  metricInterval,
  metricNumber,
  signedMetric,
  signedMetricInterval,
} from '../words/formatNumbers';
import { asCsv, asMarkdown, escapeMarkdown, type Cell } from '../words/writeTable';
import type { FieldResults } from '../scoring/fields/fieldResults';
import { fieldTable, fieldsOfSeedsNote } from '../scoring/fields/fieldTable';
import { labelAccuracy, type MetricFace } from '../scoring/metricFace';
import { comparisonJson } from './exportJson';
import { accuracyOf, decidingOf, isRightShare, metricOf, type MetricResults } from './study/studyResults';
import type { StudyComparison, TaskComparison } from './taskComparison';

/** What a comparison is written as for other programs and documents. */
export type TableFormat = 'csv' | 'json' | 'markdown';

export function comparisonTable(tasks: readonly TaskComparison[], format: TableFormat): string {
  switch (format) {
    case 'csv':
      return comparisonCsv(tasks);
    case 'json':
      return comparisonJson(tasks);
    case 'markdown':
      return comparisonMarkdown(tasks);
  }
}

/** A column of numbers as they are: no rounding, nothing where a value is missing. */
type Column = readonly [name: string, value: (study: StudyComparison) => Cell];

/** What is not known of answers that were not produced here. */
const knownHere = ({ method }: StudyComparison, value: Cell): Cell => (method === 'answers' ? null : value);

/** Names that other programs read; new columns come last. */
const columns: readonly Column[] = [
  ['study', ({ name }) => name],
  ['method', ({ method }) => method],
  ['split', ({ results }) => results?.split],
  ['rows', ({ results }) => results?.n],
  ['seeds', ({ results }) => results?.seeds.join(' ')],
  ['accuracy', ({ results }) => accuracyOf(results)?.value],
  ['accuracyLow', ({ results }) => accuracyOf(results)?.interval?.[0]],
  ['accuracyHigh', ({ results }) => accuracyOf(results)?.interval?.[1]],
  ['accuracySpread', ({ results }) => accuracyOf(results)?.spread],
  ['macroF1', ({ results }) => results?.macroF1],
  ['macroF1Low', ({ results }) => results?.macroF1Interval?.[0]],
  ['macroF1High', ({ results }) => results?.macroF1Interval?.[1]],
  ['loss', ({ results }) => results?.loss],
  ['difference', ({ difference }) => difference?.mean],
  ['differenceLow', ({ difference }) => difference?.low],
  ['differenceHigh', ({ difference }) => difference?.high],
  ['p', ({ difference }) => difference?.p],
  ['test', ({ difference }) => difference?.test],
  ['verdict', ({ difference }) => difference?.verdict],
  ['words', ({ difference, withoutDifference }) => difference?.sentence ?? withoutDifference],
  ['calibrationError', ({ reliability }) => reliability?.calibrationError],
  ['trainedNumbers', ({ results }) => results?.trainedParameters],
  ['seconds', ({ results }) => results?.seconds],
  ['promptTokens', ({ results }) => results?.promptTokens],
  ['secondsPerRow', ({ results }) => results?.secondsPerRow],
  ['adapterBytes', (study) => knownHere(study, study.adapterBytes)],
  ['peakMemoryBytes', ({ results }) => results?.peakMemoryBytes],
  ['runs', ({ results }) => results?.runs.join(' ')],
  ['template', ({ template }) => template],
  ['status', ({ status }) => status],
  ['trainingRows', ({ results }) => results?.trainingRows],
  ['sharedWithTrain', ({ results }) => results?.shared?.train],
  ['sharedWithDev', ({ results }) => results?.shared?.dev],
  ['learningRateBy', ({ results }) => choiceText(results?.selection?.learningRate)],
  ['stepBy', ({ results }) => choiceText(results?.selection?.step)],
  ['instructionBy', ({ results }) => choiceText(results?.selection?.instruction)],
  ['shortenedRows', (study) => knownHere(study, study.results?.shortened)],
  ['labelMass', ({ results }) => results?.labelMass],
  ['metric', ({ results }) => results && decidingOf(results).name],
];

/** The columns of a metric beside the share of right answers, which has its own. */
function metricColumns({ name }: MetricFace): readonly Column[] {
  return [
    [name, ({ results }) => metricOf(results, name)?.value],
    [`${name}Low`, ({ results }) => metricOf(results, name)?.interval?.[0]],
    [`${name}High`, ({ results }) => metricOf(results, name)?.interval?.[1]],
    [`${name}Spread`, ({ results }) => metricOf(results, name)?.spread],
  ];
}

/** The columns of a field of JSON answers, by its path. */
function fieldColumns(path: string): readonly Column[] {
  const column = (part: string, value: (field: FieldResults) => Cell): Column => [
    `fields.${path}${path === '' ? '' : '.'}${part}`,
    ({ fields }) => {
      const own = fields?.find(({ field }) => field === path);
      return own && value(own);
    },
  ];
  return [
    column('precision', ({ precision }) => precision),
    column('recall', ({ recall }) => recall),
    column('f1', ({ f1 }) => f1),
    column('right', ({ equal }) => equal),
    column('answered', ({ predicted }) => predicted),
    column('expected', ({ expected }) => expected),
  ];
}

function columnsFor(tasks: readonly TaskComparison[]): readonly Column[] {
  const others = tasks.flatMap(({ metrics }) => metrics).filter((face) => !isRightShare(face));
  const fields = tasks.flatMap(({ studies }) => studies.flatMap((study) => study.fields ?? []));
  return [
    ...columns,
    ...[...new Map(others.map((face) => [face.name, face])).values()].flatMap(metricColumns),
    ...[...new Set(fields.map(({ field }) => field))].flatMap(fieldColumns),
  ];
}

/** `dev 200`: which split chose, and how many of its rows were looked at. */
const choiceText = (choice: { readonly by: string; readonly rows: number } | undefined): Cell =>
  choice && `${choice.by} ${choice.rows}`;

/** A line a study, all tasks in one table (RFC 4180); numbers in full. */
export function comparisonCsv(tasks: readonly TaskComparison[]): string {
  const shown = columnsFor(tasks);
  return asCsv({
    headings: ['task', 'baseline', ...shown.map(([name]) => name), 'warnings'],
    rows: tasks.flatMap(({ name, studies, baseline, warnings }) =>
      studies.map((study) => [
        name,
        study.key === baseline ? 1 : 0,
        ...shown.map(([, value]) => value(study)),
        warnings.join(' '),
      ]),
    ),
  });
}

/** @param metric what decides, and the others */
const markdownHeadings = (metric: string, others: readonly MetricFace[]): readonly string[] => [
  l10n.t`method`,
  metric,
  l10n.t`95 % interval`,
  l10n.t`difference`,
  l10n.t`95 % interval`,
  'p',
  ...others.map(({ title }) => title),
  l10n.t`macro-F1`,
  l10n.t`label mass`,
  l10n.t`trained numbers`,
  l10n.t`prompt tokens`,
  l10n.t`time`,
  l10n.t`time per row`,
  l10n.t`adapter`,
];

/** A table a task, as a person reads it, with what must be said of it below. */
export function comparisonMarkdown(tasks: readonly TaskComparison[]): string {
  return `${tasks.map(taskMarkdown).join('\n\n')}\n`;
}

function taskMarkdown(task: TaskComparison): string {
  const { name, studies, baseline, warnings, notes, metric, metrics } = task;
  const others = metrics.filter((face) => face.name !== metric?.name);
  const headings = markdownHeadings(metricHeading(task), others);
  const table = asMarkdown({
    headings,
    rows: studies.map((study) => readableCells(study, { isBaseline: study.key === baseline, metric, others })),
    alignment: headings.map((_, column) => (column === 0 ? 'left' : 'right')),
  });
  const lists = [studies.flatMap((study) => study.notes), [...warnings, ...notes]];
  return [
    `### ${escapeMarkdown(name)}`,
    table,
    ...lists
      .filter((sentences) => sentences.length > 0)
      .map((sentences) => sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n')),
    ...fieldsMarkdown(studies),
  ].join('\n\n');
}

/** A table of the fields of each study whose answers are JSON. */
function fieldsMarkdown(studies: readonly StudyComparison[]): readonly string[] {
  const tables = studies.flatMap(({ name, fields }) =>
    fields ? [`#### ${escapeMarkdown(l10n.t`Fields, ${name}`)}`, asMarkdown(fieldTable(fields))] : [],
  );
  return tables.length === 0 ? [] : [...tables, escapeMarkdown(fieldsOfSeedsNote())];
}

/** How a table heads the metric that decides. */
export const metricHeading = ({ metric }: Pick<TaskComparison, 'metric'>): string =>
  (metric ?? labelAccuracy).title.toLowerCase();

interface ShownMetrics {
  readonly isBaseline: boolean;
  readonly metric: MetricFace | null;
  readonly others: readonly MetricFace[];
}

function readableCells(
  { name, results, difference, adapterBytes }: StudyComparison,
  { isBaseline, metric, others }: ShownMetrics,
): Cell[] {
  const score = metricOf(results, metric?.name);
  const scale = metric?.scale ?? 'share';
  return [
    name,
    score && metricText(score),
    score && metricInterval(score.interval, scale),
    difference ? signedMetric(difference.mean, scale) : isBaseline ? l10n.t`baseline` : null,
    difference ? signedMetricInterval([difference.low, difference.high], scale) : '',
    difference ? pNumber(difference.p) : '',
    ...others.map((face) => results && metricNumber(metricOf(results, face.name)?.value, face.scale)),
    results && fraction(results.macroF1),
    results && fraction(results.labelMass),
    results && count(results.trainedParameters),
    results && meanCount(results.promptTokens),
    results && duration(results.seconds),
    results && duration(results.secondsPerRow),
    adapterSize(adapterBytes),
  ];
}

/** A metric, with the standard deviation over the seeds where there are several: `0.660 ±0.021`. */
export function metricText({ value, spread, scale }: MetricResults): string {
  return `${metricNumber(value, scale)}${spread === null ? '' : ` ±${metricNumber(spread, scale)}`}`;
}

/** Size of the adapter on disk; a hard prompt has none. */
export function adapterSize(adapterBytes: number): string {
  return adapterBytes === 0 ? missing : bytes(adapterBytes);
}
