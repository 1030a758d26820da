import * as l10n from '@vscode/l10n';
import { metricHeading, metricText } from '../exportTable';
import { metricOf } from '../study/studyResults';
import { labelAccuracy, type MetricFace } from '../../scoring/metricFace';
import type { StudyComparison, TaskComparison } from '../taskComparison';
import type { TextAlone } from '../study/textAlone';
import {
  bytes,
  count,
  counted,
  duration,
  fraction,
  metricInterval,
  metricNumber,
  missing,
  pNumber,
  signedMetric,
  signedMetricInterval,
} from '../../words/formatNumbers';
import { enumerated } from '../../words/listed';
import type { MeanInterval } from '../../scoring/statistics/interval';
import { fieldTable } from '../../scoring/fields/fieldTable';
import { asText, type Cell, type Table } from '../../words/writeTable';
import { rowsOf, stateWord } from '../../runs/record/words/recordWords';

/** @param metric what decides @param reference what the others are measured against */
const headingOf = (metric: string, reference: string, others: readonly MetricFace[]): readonly string[] => [
  l10n.t`method`,
  metric,
  l10n.t`95 % interval`,
  l10n.t`against ${reference}`,
  'p',
  ...others.map(({ title }) => title.toLowerCase()),
  ...costHeadings(),
];
/** Of the last columns, in their order. */
const costHeadings = (): readonly string[] => [
  l10n.t`macro-F1`,
  l10n.t`mass`,
  l10n.t`loss`,
  l10n.t`trained`,
  l10n.t`time`,
  l10n.t`memory`,
];
/** Of the columns up to the differences; numbers follow. */
const alignment = ['left', 'right', 'left', 'left'] as const;
/** Columns that a narrow terminal goes without, the first to go first. */
const dispensable = (): readonly string[] => [
  l10n.t`memory`,
  l10n.t`loss`,
  l10n.t`mass`,
  l10n.t`macro-F1`,
  l10n.t`trained`,
  l10n.t`time`,
];

/**
 * The comparisons as tables of text, one a task, each with the majority baseline and what must be said of its studies.
 * @param options `width` of the terminal in characters; where the table is wider, columns are left out and named
 */
export function formatComparison(
  tasks: readonly TaskComparison[],
  { width }: { readonly width?: number } = {},
): string {
  return tasks.length === 0
    ? l10n.t`No run has results yet.`
    : tasks.map((task) => formatTask(task, width)).join('\n\n');
}

function formatTask(task: TaskComparison, width: number | undefined): string {
  const { name, studies, majorities, warnings, metric, metrics } = task;
  const others = metrics.filter((face) => face.name !== metric?.name);
  const shown = { metric: metric ?? labelAccuracy, others };
  const measured = studies.find(({ results }) => results)?.results;
  const title = measured ? l10n.t`${name}: ${rowsOf(counted(measured.n, 'row'), measured.split)}` : name;
  const whole = {
    headings: headingOf(metricHeading(task), referenceName(task), others),
    rows: [
      ...majorities.map(({ label, accuracy }) => [
        l10n.t`(majority)`,
        fraction(accuracy),
        '',
        l10n.t`always "${label}"`,
      ]),
      ...studies.flatMap((study) => [studyCells(study, shown), ...textCells(study, shown)]),
    ],
  };
  const { text, left } = fitted(whole, width);
  const omitted = left.length > 0 ? [l10n.t`Left out for want of width: ${enumerated(left)}.`] : [];
  return [
    title,
    text,
    ...omitted,
    ...studies.flatMap(({ notes }) => notes),
    ...warnings,
    ...studies.flatMap(({ name: study, fields }) =>
      fields ? ['', l10n.t`Fields, ${study}:`, asText(fieldTable(fields))] : [],
    ),
  ].join('\n');
}

/** The study that the differences are from; where there are none, the hard prompt that they would be from. */
function referenceName({ studies, baseline }: TaskComparison): string {
  const compared = studies.some(({ difference }) => difference);
  return (compared && studies.find(({ key }) => key === baseline)?.name) || 'hard';
}

/** The table with as many columns as the terminal holds, and those it goes without. */
function fitted(
  { headings, rows }: Table,
  width = Infinity,
): { readonly text: string; readonly left: readonly string[] } {
  const drawn = (left: readonly string[]) => {
    const kept = headings.flatMap((name, column) => (left.includes(name) ? [] : [column]));
    return asText({
      headings: kept.map((column) => headings[column]!),
      rows: rows.map((row) => kept.map((column) => (column < row.length ? row[column] : ''))),
      alignment: kept.map((column) => alignment[column] ?? 'right'),
    });
  };
  const fits = (left: readonly string[]) =>
    drawn(left)
      .split('\n')
      .every((line) => line.length <= width);
  const all = dispensable();
  const left = [...all].reverse().reduce<readonly string[]>((gone, name) => {
    const more = gone.filter((other) => other !== name);
    return fits(more) ? more : gone;
  }, all);
  return { text: drawn(left), left };
}

interface ShownMetrics {
  readonly metric: MetricFace;
  readonly others: readonly MetricFace[];
}

function studyCells(
  { name, results, difference, status }: StudyComparison,
  { metric, others }: ShownMetrics,
): readonly Cell[] {
  if (!results) return [name, missing, stateWord(status)];
  const score = metricOf(results, metric.name);
  return [
    name,
    score ? metricText(score) : missing,
    score ? metricInterval(score.interval, metric.scale) : '',
    difference ? differenceText(difference, metric.scale) : '',
    difference ? pNumber(difference.p) : '',
    ...others.map((face) => metricNumber(metricOf(results, face.name)?.value, face.scale)),
    fraction(results.macroF1),
    fraction(results.labelMass),
    fraction(results.loss),
    count(results.trainedParameters),
    duration(results.seconds),
    bytes(results.peakMemoryBytes),
  ];
}

/** A difference with its interval: `+0.325 [+0.213, +0.438]`. */
export function differenceText({ mean, low, high }: MeanInterval, scale: MetricFace['scale']): string {
  return `${signedMetric(mean, scale)} ${signedMetricInterval([low, high], scale)}`;
}

/** What the study's rewritten texts do without anything learned, in one line. */
function textCells(
  { name, textAlone }: StudyComparison,
  { metric, others }: ShownMetrics,
): readonly (readonly Cell[])[] {
  if (!textAlone) return [];
  const { metrics, gain, macroF1, labelMass, loss } = textAlone;
  const named = (name: string) => metrics.find((one) => one.name === name);
  const score = named(metric.name);
  return [
    [
      l10n.t`${name}, text alone`,
      metricNumber(score?.value, metric.scale),
      score?.interval ? metricInterval(score.interval, metric.scale) : '',
      gain ? gainText(gain, metric.scale) : '',
      '',
      ...others.map((face) => metricNumber(named(face.name)?.value, face.scale)),
      fraction(macroF1),
      fraction(labelMass),
      fraction(loss),
      '0',
    ],
  ];
}

function gainText({ mean, interval: ends }: NonNullable<TextAlone['gain']>, scale: MetricFace['scale']): string {
  return ends ? differenceText({ mean, low: ends[0], high: ends[1] }, scale) : signedMetric(mean, scale);
}
