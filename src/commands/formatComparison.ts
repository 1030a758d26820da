import { basename } from 'node:path';
import type { ComparisonRow, Gain } from '../comparison/comparisonRows';
import { describeRewriting } from '../comparison/describeRewriting';
import { bytes, count, duration, fraction, interval, pNumber, pValue, signed, signedInterval } from '../formatNumbers';
import { asText, type Table } from '../writeTable';
import type { EvaluationResult } from '../runs/store/record';

/** @param reference what the others are measured against */
const headingOf = (reference: string): readonly string[] => [
  'method',
  'accuracy',
  '95 % interval',
  `against ${reference}`,
  'p',
  'macro-F1',
  'loss',
  'trained',
  'time',
  'memory',
];
const alignment = ['left', 'right', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'] as const;
/** Columns that a narrow terminal goes without, the first to go first. */
const dispensable: readonly string[] = ['memory', 'loss', 'macro-F1', 'trained', 'time'];

/**
 * The comparison as tables of text, one a task, each with the majority baseline, what may be said, and what the columns rest on.
 * @param options `width` of the terminal in characters; where the table is wider, columns are left out and named
 */
export function formatComparison(rows: readonly ComparisonRow[], { width }: { readonly width?: number } = {}): string {
  return tasksOf(rows)
    .map(({ task, rows: ofTask }) => {
      const measured = ofTask.find(({ result }) => result)?.result;
      const title = measured ? `${basename(task)}: ${count(measured.n)} rows of ${measured.split}` : basename(task);
      const several = new Set(ofTask.map(({ template }) => template)).size > 1;
      const whole = {
        headings: headingOf(referenceOf(ofTask, several)),
        rows: [
          ...majorityLine(measured),
          ...ofTask.flatMap((row) => [lineOf(row, several), ...textLines(row, several)]),
        ],
        alignment,
      };
      const { text, left } = fitted(whole, width);
      const omitted = left.length > 0 ? [`Left out for want of width: ${left.join(', ')}.`] : [];
      return [title, text, ...omitted, ...ofTask.flatMap((row) => notesOn(row, several))].join('\n');
    })
    .join('\n\n');
}

/** The run that the gains are over; where there are none, the hard prompt that they would be over. */
function referenceOf(rows: readonly ComparisonRow[], several: boolean): string {
  const against = rows.find(({ gain }) => gain)?.gain?.against;
  const reference = rows.find(({ runs }) => against !== undefined && runs.includes(against));
  return reference ? nameOf(reference, several) : 'hard';
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
      rows: rows.map((row) => kept.map((column) => row[column] ?? '')),
      alignment: kept.map((column) => alignment[column]!),
    });
  };
  const fits = (left: readonly string[]) =>
    drawn(left)
      .split('\n')
      .every((line) => line.length <= width);
  const left = [...dispensable].reverse().reduce<readonly string[]>((gone, name) => {
    const more = gone.filter((other) => other !== name);
    return fits(more) ? more : gone;
  }, dispensable);
  return { text: drawn(left), left };
}

/** Rows by task, in the order of their first appearance. */
export function tasksOf(
  rows: readonly ComparisonRow[],
): readonly { readonly task: string; readonly rows: readonly ComparisonRow[] }[] {
  return [...new Set(rows.map(({ task }) => task))].map((task) => ({
    task,
    rows: rows.filter((row) => row.task === task),
  }));
}

/** What a row is called where templates are told apart only when there are several. */
export function nameOf(row: ComparisonRow, several: boolean): string {
  const method = `${row.method}${row.blackBox ? ', black box' : ''}`;
  return several ? `${method} · ${row.template}` : method;
}

/** The gain over the baseline with its interval: `+0.325 [+0.213, +0.438]`. */
export function gainText({ gain }: ComparisonRow): string {
  return gain ? `${signed(gain.mean)} ${gainDetails({ interval: gain.interval })}` : '';
}

/** How sure a gain is: `[+0.213, +0.438], p < 0.001`. */
export function gainDetails({ interval: ends, p }: Pick<Gain, 'interval'> & Partial<Pick<Gain, 'p'>>): string {
  return `${signedInterval(ends)}${p === undefined ? '' : `, ${pValue(p)}`}`;
}

function majorityLine(result: EvaluationResult | undefined): readonly (readonly string[])[] {
  return result?.majority
    ? [['(majority)', fraction(result.majority.accuracy), '', `always "${result.majority.label}"`]]
    : [];
}

function lineOf(row: ComparisonRow, several: boolean): readonly string[] {
  const name = nameOf(row, several);
  const { result } = row;
  if (!result) return [name, '–', row.error ? 'failed' : row.status];
  return [
    name,
    accuracyText(row),
    interval(result.accuracyInterval),
    gainText(row),
    row.gain ? pNumber(row.gain.p) : '',
    fraction(result.macroF1),
    fraction(result.loss),
    count(result.trainedParameters),
    duration(result.seconds),
    bytes(result.peakMemoryBytes),
  ];
}

/** The accuracy of a row, with the standard deviation over its seeds where there are several. */
export function accuracyText({ result, spread }: ComparisonRow): string {
  return `${result ? fraction(result.accuracy) : '–'}${spread === undefined ? '' : ` ±${fraction(spread)}`}`;
}

/** The texts that a row's runs wrote and measured, in one line: the mean where there are several seeds. */
function textLines(row: ComparisonRow, several: boolean): readonly (readonly string[])[] {
  const results = textResults(row);
  if (results.length === 0) return [];
  const mean = (measure: (result: EvaluationResult) => number) =>
    fraction(results.reduce((sum, result) => sum + measure(result), 0) / results.length);
  const [only] = results.length === 1 ? results : [];
  return [
    [
      `${nameOf(row, several)}, text alone`,
      mean(({ accuracy }) => accuracy),
      only ? interval(only.accuracyInterval) : '',
      textGains(row),
      '',
      mean(({ macroF1 }) => macroF1),
      mean(({ loss }) => loss),
      '0',
    ],
  ];
}

/** What the texts alone gain over the one written: with its interval, or the mean over seeds, one that found nothing better counting 0. */
function textGains({ rewritings = [] }: ComparisonRow): string {
  const gains = rewritings.filter(({ textResult }) => textResult).map(({ textGain }) => textGain);
  const [first] = gains;
  if (gains.length > 1) return signed(gains.reduce((sum, gain) => sum + (gain?.mean ?? 0), 0) / gains.length);
  return first ? `${signed(first.mean)} ${gainDetails({ interval: first.interval })}` : '';
}

/** What the rewritten texts of a row do without anything learned, a result a seed. */
export const textResults = ({ rewritings }: ComparisonRow): readonly EvaluationResult[] =>
  (rewritings ?? []).flatMap(({ textResult }) => textResult ?? []);

function notesOn(row: ComparisonRow, several: boolean): readonly string[] {
  const seeded = row.runs.length > 1;
  const named = (seed: number) => `${nameOf(row, several)}${seeded ? `, seed ${seed}` : ''}`;
  const rewritings = (row.rewritings ?? []).map(
    (rewriting) => `${named(rewriting.seed)} ${describeRewriting(rewriting)}`,
  );
  const collapsed = (row.collapsed ?? []).map(
    ({ seed, label }) => `${named(seed)} collapsed: nearly every row was called "${label}"`,
  );
  const failure = row.result === undefined && row.error ? [`${nameOf(row, several)}: ${row.error.message}`] : [];
  const verdict = row.gain ? [`${nameOf(row, several)}: ${row.gain.words}`] : [];
  return [...failure, ...verdict, ...rewritings, ...collapsed];
}
