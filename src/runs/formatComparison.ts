import { basename } from 'node:path';
import type { ComparisonRow, Gain, RewritingRow } from './comparison';
import { bytes, count, duration, fraction, pValue, signed, textTable } from './format';
import type { EvaluationResult } from './record';

const heading = ['method', 'accuracy', '95 % interval', 'against hard', 'macro-F1', 'loss', 'trained', 'time', 'memory'];
const alignment = ['left', 'right', 'left', 'left', 'right', 'right', 'right', 'right', 'right'] as const;

/** The comparison as tables of text, one a task, each with the majority baseline and what the columns rest on. */
export function formatComparison(rows: readonly ComparisonRow[]): string {
  return tasksOf(rows).map(({ task, rows: ofTask }) => {
    const measured = ofTask.find(({ result }) => result)?.result;
    const title = measured ? `${basename(task)}: ${count(measured.n)} rows of ${measured.split}` : basename(task);
    const several = new Set(ofTask.map(({ template }) => template)).size > 1;
    const lines = [heading, ...majorityLine(measured), ...ofTask.flatMap((row) => [lineOf(row, several), ...textLines(row, several)])];
    return [title, textTable(lines, alignment), ...ofTask.flatMap((row) => notesOn(row, several))].join('\n');
  }).join('\n\n');
}

/** Rows by task, in the order of their first appearance. */
export function tasksOf(rows: readonly ComparisonRow[]): readonly { readonly task: string; readonly rows: readonly ComparisonRow[] }[] {
  return [...new Set(rows.map(({ task }) => task))].map((task) => ({ task, rows: rows.filter((row) => row.task === task) }));
}

/** What a row is called where templates are told apart only when there are several. */
export function nameOf(row: ComparisonRow, several: boolean): string {
  return several ? `${row.method} · ${row.template}` : row.method;
}

/** The gain over the hard prompt in words: `+0.325 [+0.213, +0.438], p < 0.001`. */
export function gainText({ gain }: ComparisonRow): string {
  return gain ? `${signed(gain.mean)} ${gainDetails(gain)}` : '';
}

/** How sure a gain is: `[+0.213, +0.438], p < 0.001`. */
export function gainDetails({ interval: [low, high], p }: Pick<Gain, 'interval'> & Partial<Pick<Gain, 'p'>>): string {
  return `[${signed(low)}, ${signed(high)}]${p === undefined ? '' : `, ${pValue(p)}`}`;
}

function majorityLine(result: EvaluationResult | undefined): readonly (readonly string[])[] {
  return result?.majority ? [['(majority)', fraction(result.majority.accuracy), `always "${result.majority.label}"`]] : [];
}

function lineOf(row: ComparisonRow, several: boolean): readonly string[] {
  const name = nameOf(row, several);
  const { result } = row;
  if (!result) return [name, '–', row.error?.message ?? row.status];
  const [low, high] = result.accuracyInterval;
  return [
    name, accuracyText(row), `${fraction(low)}–${fraction(high)}`, gainText(row), fraction(result.macroF1),
    fraction(result.loss), count(result.trainedParameters), duration(result.seconds), bytes(result.peakMemoryBytes),
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
  const mean = (measure: (result: EvaluationResult) => number) => fraction(results.reduce((sum, result) => sum + measure(result), 0) / results.length);
  const [only] = results.length === 1 ? results : [];
  const gain = only && row.rewritings?.find(({ textResult }) => textResult)?.textGain;
  return [[
    `${nameOf(row, several)}, text alone`, mean(({ accuracy }) => accuracy), only ? only.accuracyInterval.map(fraction).join('–') : '', gain ? `${signed(gain.mean)} ${gainDetails({ interval: gain.interval })}` : '',
    mean(({ macroF1 }) => macroF1), mean(({ loss }) => loss), '0',
  ]];
}

/** What the rewritten texts of a row do without anything learned, a result a seed. */
export const textResults = ({ rewritings }: ComparisonRow): readonly EvaluationResult[] => (rewritings ?? []).flatMap(({ textResult }) => textResult ?? []);

function notesOn(row: ComparisonRow, several: boolean): readonly string[] {
  const seeded = row.runs.length > 1;
  const named = (seed: number) => `${nameOf(row, several)}${seeded ? `, seed ${seed}` : ''}`;
  const rewritings = (row.rewritings ?? []).map((rewriting) => `${named(rewriting.seed)} ${describeRewriting(rewriting)}`);
  const collapsed = (row.collapsed ?? []).map(({ seed, label }) => `${named(seed)} collapsed: nearly every row was called "${label}"`);
  return [...rewritings, ...collapsed];
}

/** What became of an instruction, as the end of a sentence. */
export function describeRewriting({ original, instruction }: Pick<RewritingRow, 'original' | 'instruction'>): string {
  return original === instruction ? 'found no better instruction than the one written' : `rewrote the instruction: ${oneLine(instruction)}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
