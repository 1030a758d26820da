import {
  bytes,
  count,
  duration,
  fraction,
  interval,
  meanCount,
  missing,
  pNumber,
  signed,
  signedInterval,
} from '../formatNumbers';
import { asCsv, asMarkdown, escapeMarkdown, type Cell } from '../writeTable';
import { comparisonJson } from './exportJson';
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

/** Names that other programs read; new columns come last. */
const columns: readonly Column[] = [
  ['study', ({ name }) => name],
  ['method', ({ method }) => method],
  ['split', ({ results }) => results?.split],
  ['rows', ({ results }) => results?.n],
  ['seeds', ({ results }) => results?.seeds.join(' ')],
  ['accuracy', ({ results }) => results?.accuracy],
  ['accuracyLow', ({ results }) => results?.accuracyInterval?.[0]],
  ['accuracyHigh', ({ results }) => results?.accuracyInterval?.[1]],
  ['accuracySpread', ({ results }) => results?.spread],
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
  ['adapterBytes', ({ adapterBytes }) => adapterBytes],
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
  ['shortenedRows', ({ results }) => results?.shortened],
  ['labelMass', ({ results }) => results?.labelMass],
];

/** `dev 200`: which split chose, and how many of its rows were looked at. */
const choiceText = (choice: { readonly by: string; readonly rows: number } | undefined): Cell =>
  choice && `${choice.by} ${choice.rows}`;

/** A line a study, all tasks in one table (RFC 4180); numbers in full. */
export function comparisonCsv(tasks: readonly TaskComparison[]): string {
  return asCsv({
    headings: ['task', 'baseline', ...columns.map(([name]) => name), 'warnings'],
    rows: tasks.flatMap(({ name, studies, baseline, warnings }) =>
      studies.map((study) => [
        name,
        study.key === baseline ? 1 : 0,
        ...columns.map(([, value]) => value(study)),
        warnings.join(' '),
      ]),
    ),
  });
}

const markdownHeadings = [
  'method',
  'accuracy',
  '95 % interval',
  'difference',
  '95 % interval',
  'p',
  'macro-F1',
  'label mass',
  'trained numbers',
  'prompt tokens',
  'time',
  'time per row',
  'adapter',
];

/** A table a task, as a person reads it, with what must be said of it below. */
export function comparisonMarkdown(tasks: readonly TaskComparison[]): string {
  return `${tasks.map(taskMarkdown).join('\n\n')}\n`;
}

function taskMarkdown({ name, studies, baseline, warnings, notes }: TaskComparison): string {
  const table = asMarkdown({
    headings: markdownHeadings,
    rows: studies.map((study) => readableCells(study, study.key === baseline)),
    alignment: markdownHeadings.map((_, column) => (column === 0 ? 'left' : 'right')),
  });
  const lists = [studies.flatMap((study) => study.notes), [...warnings, ...notes]];
  return [
    `### ${escapeMarkdown(name)}`,
    table,
    ...lists
      .filter((sentences) => sentences.length > 0)
      .map((sentences) => sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n')),
  ].join('\n\n');
}

function readableCells({ name, results, difference, adapterBytes }: StudyComparison, isBaseline: boolean): Cell[] {
  return [
    name,
    results && accuracyText(results),
    results && interval(results.accuracyInterval),
    difference ? signed(difference.mean) : isBaseline ? 'baseline' : null,
    difference ? signedInterval([difference.low, difference.high]) : '',
    difference ? pNumber(difference.p) : '',
    results && fraction(results.macroF1),
    results && fraction(results.labelMass),
    results && count(results.trainedParameters),
    results && meanCount(results.promptTokens),
    results && duration(results.seconds),
    results && duration(results.secondsPerRow),
    adapterSize(adapterBytes),
  ];
}

/** The accuracy, with the standard deviation over the seeds where there are several: `0.660 ±0.021`. */
export function accuracyText({ accuracy, spread }: NonNullable<StudyComparison['results']>): string {
  return `${fraction(accuracy)}${spread === null ? '' : ` ±${fraction(spread)}`}`;
}

/** Size of the adapter on disk; a hard prompt has none. */
export function adapterSize(adapterBytes: number): string {
  return adapterBytes === 0 ? missing : bytes(adapterBytes);
}
