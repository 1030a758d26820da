import { basename } from 'node:path';
import type { ComparisonRow, Gain } from './comparison';
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
    const lines = [heading, ...majorityLine(measured), ...ofTask.map((row) => lineOf(row, several))];
    return `${title}\n${textTable(lines, alignment)}`;
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
export function gainDetails({ interval: [low, high], p }: Gain): string {
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
    name, fraction(result.accuracy), `${fraction(low)}–${fraction(high)}`, gainText(row), fraction(result.macroF1),
    fraction(result.loss), count(result.trainedParameters), duration(result.seconds), bytes(result.peakMemoryBytes),
  ];
}
