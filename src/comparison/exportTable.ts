import type { StudyAnalysis } from './studyAnalysis';
import type { ComparedTask } from './taskComparison';
import { bytes, count, duration, fraction, pValue, signed } from '../formatNumbers';

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
type Column = readonly [name: string, value: (study: StudyAnalysis) => string | number | null | undefined];

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
  const lines = tasks.flatMap((task) =>
    task.analysis.studies.map((study) => [
      task.name,
      task.analysis.baseline === study.key ? 1 : 0,
      ...columns.map(([, value]) => value(study)),
    ]),
  );
  return [['task', 'baseline', ...columns.map(([name]) => name)], ...lines]
    .map((line) => `${line.map(csvCell).join(',')}\r\n`)
    .join('');
}

/** Text that a spreadsheet might take for a formula is kept from it by an apostrophe. */
function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The analyses in full. */
export function comparisonJson(tasks: readonly ComparedTask[]): string {
  return `${JSON.stringify(
    tasks.map(({ name, analysis }) => ({ task: name, ...analysis })),
    null,
    2,
  )}\n`;
}

/** A table a task, as a person reads it, with the note on how it was measured below. */
export function comparisonMarkdown(tasks: readonly ComparedTask[]): string {
  return tasks
    .map(({ name, analysis }) => {
      const header = [
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
        'ms per row',
        'adapter',
      ];
      const lines = analysis.studies.map((study) => markdownCells(study, study.key === analysis.baseline));
      const table = [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...lines]
        .map((cells) => `| ${cells.join(' | ')} |`)
        .join('\n');
      const verdicts = analysis.studies.flatMap(({ name: study, difference }) =>
        difference ? [`- ${escapeMarkdown(study)}: ${difference.words}`] : [],
      );
      return [
        `### ${escapeMarkdown(name)}`,
        table,
        ...(verdicts.length > 0 ? [verdicts.join('\n')] : []),
        analysis.notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n'),
      ].join('\n\n');
    })
    .join('\n\n')
    .concat('\n');
}

function markdownCells(study: StudyAnalysis, baseline: boolean): readonly string[] {
  const { accuracy, difference } = study;
  return [
    escapeMarkdown(study.name),
    accuracy ? fraction(accuracy.mean) + (study.spread === null ? '' : ` ±${fraction(study.spread)}`) : '–',
    accuracy ? `${fraction(accuracy.low)}–${fraction(accuracy.high)}` : '–',
    difference ? signed(difference.mean) : baseline ? 'baseline' : '–',
    difference ? `${signed(difference.low)} to ${signed(difference.high)}` : '',
    difference ? pValue(difference.p).replace(/^p (= )?/, '') : '',
    study.macroF1 ? fraction(study.macroF1.mean) : '–',
    count(study.trainedParameters),
    count(study.promptTokens),
    duration(study.seconds),
    milliseconds(study.secondsPerRow),
    adapterSize(study),
  ];
}

/** Time of a row, in milliseconds. */
export function milliseconds(seconds: number | null): string {
  if (seconds === null) return '–';
  const value = seconds * 1000;
  return value < 10 ? value.toFixed(1) : count(value);
}

/** Size of the adapter; kilobytes where a megabyte would be nothing. */
export function adapterSize({ adapterBytes }: Pick<StudyAnalysis, 'adapterBytes'>): string {
  if (adapterBytes === 0) return '–';
  return adapterBytes < 1e6 ? `${Math.max(1, Math.round(adapterBytes / 1000))} kB` : bytes(adapterBytes);
}

function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\|`*_<>[\]]/g, (character) => `\\${character}`);
}
