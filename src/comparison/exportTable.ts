import type { StudyAnalysis } from './studyAnalysis';
import type { ComparedTask } from './taskComparison';
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

/** What a comparison is written as for other programs and documents. */
export type TableFormat = 'csv' | 'json' | 'markdown';

export function comparisonTable(tasks: readonly ComparedTask[], format: TableFormat): string {
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
type Column = readonly [name: string, value: (study: StudyAnalysis) => Cell];

const columns: readonly Column[] = [
  ['study', ({ name }) => name],
  ['method', ({ method }) => method],
  ['split', ({ split }) => split],
  ['rows', ({ n }) => n],
  ['seeds', ({ seeds }) => seeds.join(' ')],
  ['accuracy', ({ accuracy }) => accuracy?.mean],
  ['accuracyLow', ({ accuracy }) => accuracy?.low],
  ['accuracyHigh', ({ accuracy }) => accuracy?.high],
  ['accuracySpread', ({ spread }) => spread],
  ['macroF1', ({ macroF1 }) => macroF1?.mean],
  ['macroF1Low', ({ macroF1 }) => macroF1?.low],
  ['macroF1High', ({ macroF1 }) => macroF1?.high],
  ['loss', ({ loss }) => loss],
  ['difference', ({ difference }) => difference?.mean],
  ['differenceLow', ({ difference }) => difference?.low],
  ['differenceHigh', ({ difference }) => difference?.high],
  ['p', ({ difference }) => difference?.p],
  ['test', ({ difference }) => difference?.test],
  ['verdict', ({ difference }) => difference?.verdict],
  ['words', ({ difference, without }) => difference?.words ?? without],
  ['calibrationError', ({ reliability }) => reliability?.calibrationError],
  ['trainedNumbers', ({ trainedParameters }) => trainedParameters],
  ['seconds', ({ seconds }) => seconds],
  ['promptTokens', ({ promptTokens }) => promptTokens],
  ['secondsPerRow', ({ secondsPerRow }) => secondsPerRow],
  ['adapterBytes', ({ adapterBytes }) => adapterBytes],
  ['peakMemoryBytes', ({ peakMemoryBytes }) => peakMemoryBytes],
  ['runs', ({ runs }) => runs.join(' ')],
];

/** A line a study, all tasks in one table (RFC 4180); numbers in full. */
export function comparisonCsv(tasks: readonly ComparedTask[]): string {
  return asCsv({
    headings: ['task', 'baseline', ...columns.map(([name]) => name)],
    rows: tasks.flatMap((task) =>
      task.analysis.studies.map((study) => [
        task.name,
        task.analysis.baseline === study.key ? 1 : 0,
        ...columns.map(([, value]) => value(study)),
      ]),
    ),
  });
}

/** The analyses in full. */
export function comparisonJson(tasks: readonly ComparedTask[]): string {
  return `${JSON.stringify(
    tasks.map(({ name, analysis }) => ({ task: name, ...analysis })),
    null,
    2,
  )}\n`;
}

const markdownHeadings = [
  'method',
  'accuracy',
  '95 % interval',
  'difference',
  '95 % interval',
  'p',
  'macro-F1',
  'trained numbers',
  'prompt tokens',
  'time',
  'time per row',
  'adapter',
];

/** A table a task, as a person reads it, with the note on how it was measured below. */
export function comparisonMarkdown(tasks: readonly ComparedTask[]): string {
  return `${tasks.map(taskMarkdown).join('\n\n')}\n`;
}

function taskMarkdown({ name, analysis }: ComparedTask): string {
  const table = asMarkdown({
    headings: markdownHeadings,
    rows: analysis.studies.map((study) => readableCells(study, study.key === analysis.baseline)),
    alignment: markdownHeadings.map((_, column) => (column === 0 ? 'left' : 'right')),
  });
  const verdicts = analysis.studies.flatMap(({ name: study, difference }) =>
    difference ? [`- ${escapeMarkdown(`${study}: ${difference.words}`)}`] : [],
  );
  return [
    `### ${escapeMarkdown(name)}`,
    table,
    ...(verdicts.length > 0 ? [verdicts.join('\n')] : []),
    analysis.notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n'),
  ].join('\n\n');
}

function readableCells(study: StudyAnalysis, baseline: boolean): readonly Cell[] {
  const { accuracy, difference } = study;
  return [
    study.name,
    accuracy ? fraction(accuracy.mean) + (study.spread === null ? '' : ` ±${fraction(study.spread)}`) : null,
    accuracy ? interval([accuracy.low, accuracy.high]) : null,
    difference ? signed(difference.mean) : baseline ? 'baseline' : null,
    difference ? signedInterval([difference.low, difference.high]) : '',
    difference ? pNumber(difference.p) : '',
    study.macroF1 ? fraction(study.macroF1.mean) : null,
    count(study.trainedParameters),
    meanCount(study.promptTokens),
    duration(study.seconds),
    duration(study.secondsPerRow),
    adapterSize(study),
  ];
}

/** Size of the adapter on disk; a hard prompt has none. */
export function adapterSize({ adapterBytes }: Pick<StudyAnalysis, 'adapterBytes'>): string {
  return adapterBytes === 0 ? missing : bytes(adapterBytes);
}
