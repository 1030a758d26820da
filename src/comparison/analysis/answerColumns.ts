import * as l10n from '@vscode/l10n';
import { largest } from '../../lists';
import type { PredictionLine } from '../../runs/store/files/predictionLine';
import type { Split } from '../../runs/record/words/recordWords';
import type { AnsweredStudy, MeasuredRun } from './answeredStudy';
import { metricColumns, type StudyColumn } from './metricColumns';
import { isMeasured, isSameSource, sourceOf, type DataSource } from '../study/recordedResults';

/**
 * The answers of a study as numbers.
 * Texts are numbered alike in all studies that were read with one {@link TextNumbers}.
 */
export interface Outcomes {
  readonly split: Split;
  /** Hash of the data file; undefined for records of earlier versions. */
  readonly data: string | undefined;
  /** Runs that were measured on these rows. */
  readonly runs: readonly MeasuredRun[];
  /** `[rows]` numbers in the data file, rising: those that every run has. */
  readonly rows: Uint32Array;
  /** `[rows]` text expected */
  readonly expected: Uint32Array;
  /** `[seeds][rows]` text answered */
  readonly predicted: readonly Uint32Array[];
  /** `[seeds][rows]` 1 where the two are the same */
  readonly right: readonly Uint8Array[];
  /** `[seeds][rows]` probability of the label answered; NaN where there is none */
  readonly probabilities: readonly Float64Array[];
  /** By each metric that all runs were measured by, the one that decides first. */
  readonly metrics: readonly StudyColumn[];
  /** What was left out and why, as the ends of sentences. */
  readonly dropped: readonly string[];
}

/** Numbers for texts, in order of their first appearance. */
export interface TextNumbers {
  of(text: string): number;
  readonly texts: readonly string[];
}

export function createTextNumbers(): TextNumbers {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  return {
    texts,
    of(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, texts.length);
      return texts.push(text) - 1;
    },
  };
}

/**
 * Reads the answers of a study's runs. Runs without answers or measured on other data than the first are left out, and
 * so are rows that not all have.
 * @returns undefined where no run with a result has answers
 */
export function readOutcomes({ runs }: AnsweredStudy, numbers: TextNumbers): Outcomes | undefined {
  const measured = runs.flatMap(({ record, predictions }) => (isMeasured(record) ? [{ record, predictions }] : []));
  const answered = measured.filter(({ predictions }) => predictions.length > 0);
  const [first] = answered;
  if (!first) return undefined;
  const source = sourceOf(first.record);
  const same = answered.filter(({ record }) => isSameSource(sourceOf(record), source));
  const columns = same.map(({ predictions }) => readColumn(predictions, numbers));
  const rows = columns.map((column) => column.rows).reduce(commonRows);
  const most = largest(columns.map((column) => column.rows.length));
  const picked = columns.map((column) => pick(column, rows));
  const right = picked.map(({ predicted, expected }) =>
    Uint8Array.from(predicted, (text, i) => Number(text === expected[i])),
  );
  return {
    ...source,
    runs: same,
    rows,
    expected: picked[0]!.expected,
    predicted: picked.map(({ predicted }) => predicted),
    right,
    probabilities: picked.map(({ probabilities }) => probabilities),
    metrics: metricColumns(picked.map(({ lines }, i) => ({ run: same[i]!, lines }))),
    dropped: [
      ...measured.filter((run) => !same.includes(run)).map((run) => droppedRun(run, source)),
      ...(rows.length < most
        ? [l10n.t`${most - rows.length} of ${most} rows are left out: not every seed has them`]
        : []),
    ],
  };
}

function droppedRun({ record, predictions }: MeasuredRun, source: DataSource): string {
  const { seed } = record.settings;
  if (predictions.length === 0) return l10n.t`seed ${seed} is left out: its answers are missing`;
  const { split } = sourceOf(record);
  return split === source.split
    ? l10n.t`seed ${seed} is left out: its ${split} data are not those of the others`
    : l10n.t`seed ${seed} is left out: it was measured on ${split}, the others on ${source.split}`;
}

interface Column {
  readonly lines: readonly PredictionLine[];
  readonly rows: Uint32Array;
  readonly expected: Uint32Array;
  readonly predicted: Uint32Array;
  readonly probabilities: Float64Array;
}

function readColumn(predictions: readonly PredictionLine[], numbers: TextNumbers): Column {
  const lines = isRising(predictions) ? predictions : sortedOnce(predictions);
  const [rows, expected, predicted] = [
    new Uint32Array(lines.length),
    new Uint32Array(lines.length),
    new Uint32Array(lines.length),
  ];
  const probabilities = new Float64Array(lines.length);
  lines.forEach((line, i) => {
    rows[i] = line.row;
    expected[i] = numbers.of(line.expected.trim());
    predicted[i] = numbers.of(line.predicted.trim());
    probabilities[i] = line.probabilities?.[line.predicted] ?? Number.NaN;
  });
  return { lines, rows, expected, predicted, probabilities };
}

function isRising(predictions: readonly PredictionLine[]): boolean {
  return predictions.every((line, i) => i === 0 || predictions[i - 1]!.row < line.row);
}

/** By row number; of a row that is there twice, the last. */
function sortedOnce(predictions: readonly PredictionLine[]): readonly PredictionLine[] {
  return [...new Map(predictions.map((line) => [line.row, line])).values()].sort((a, b) => a.row - b.row);
}

/** Numbers that both rising lists hold. */
export function commonRows(a: Uint32Array, b: Uint32Array): Uint32Array {
  const common = new Uint32Array(Math.min(a.length, b.length));
  let [i, j, count] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      common[count++] = a[i]!;
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  return count === common.length ? common : common.slice(0, count);
}

/** Positions of some rows within a rising list that holds them all. */
export function positionsOf(rows: Uint32Array, within: Uint32Array): Uint32Array {
  let at = 0;
  return Uint32Array.from(rows, (row) => {
    while (within[at]! < row) at++;
    return at;
  });
}

function pick(column: Column, rows: Uint32Array): Column {
  if (rows.length === column.rows.length) return column;
  const positions = positionsOf(rows, column.rows);
  return {
    rows,
    lines: Array.from(positions, (position) => column.lines[position]!),
    expected: positions.map((position) => column.expected[position]!),
    predicted: positions.map((position) => column.predicted[position]!),
    probabilities: Float64Array.from(positions, (position) => column.probabilities[position]!),
  };
}
