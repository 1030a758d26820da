import type { PredictionLine } from '../runs/store/predictionLine';
import type { Split } from '../runs/store/recordWords';
import type { MeasuredStudy, MeasuredTrial } from './studyAnalysis';

/** The answers of a study as numbers. Texts are numbered alike in all studies that were read with one {@link TextNumbers}. */
export interface Outcomes {
  readonly split: Split;
  /** Hash of the data file; undefined for records of earlier versions. */
  readonly data: string | undefined;
  /** Trials that were measured on these rows. */
  readonly trials: readonly MeasuredTrial[];
  /** `[rows]` numbers in the data file, rising: those that every trial has. */
  readonly rows: Uint32Array;
  /** `[rows]` text expected */
  readonly expected: Uint32Array;
  /** `[seeds][rows]` text answered */
  readonly predicted: readonly Uint32Array[];
  /** `[seeds][rows]` 1 where the two are the same */
  readonly right: readonly Uint8Array[];
  /** `[seeds][rows]` probability of the label answered; NaN where there is none */
  readonly probabilities: readonly Float64Array[];
  /** What was left out and why. */
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

/** Reads the answers of a study's trials. Trials measured on other data than the first are left out, and so are rows that not all have. */
export function readOutcomes({ trials }: MeasuredStudy, numbers: TextNumbers): Outcomes | undefined {
  const measured = trials.filter(({ record, predictions }) => record.result && predictions.length > 0);
  const [first] = measured;
  if (!first) return undefined;
  const { split, data } = sourceOf(first);
  const same = measured.filter((trial) => sourceOf(trial).split === split && sourceOf(trial).data === data);
  const columns = same.map(({ predictions }) => readColumn(predictions, numbers));
  const rows = columns.map((column) => column.rows).reduce(commonRows);
  const most = Math.max(...columns.map((column) => column.rows.length));
  const placed = columns.map((column) => pick(column, rows));
  return {
    split,
    data,
    trials: same,
    rows,
    expected: placed[0]!.expected,
    predicted: placed.map(({ predicted }) => predicted),
    right: placed.map(({ predicted, expected }) =>
      Uint8Array.from(predicted, (text, i) => Number(text === expected[i])),
    ),
    probabilities: placed.map(({ probabilities }) => probabilities),
    dropped: [
      ...measured
        .filter((trial) => !same.includes(trial))
        .map(
          (trial) =>
            `seed ${trial.record.settings.seed} is left out: ${describeOther(sourceOf(trial), { split, data }, 'the others')}`,
        ),
      ...(rows.length < most ? [`${most - rows.length} of ${most} rows are left out: not every seed has them`] : []),
    ],
  };
}

interface Source {
  readonly split: Split;
  readonly data: string | undefined;
}

function sourceOf({ record }: MeasuredTrial): Source {
  const { split } = record.result!;
  return { split, data: record.data[split]?.sha256 };
}

/** How a measurement lies apart from that of `who`, as the end of a sentence. */
export function describeOther(other: Source, { split }: Source, who: string): string {
  return other.split === split
    ? `its ${split} data are not those of ${who}`
    : `it was measured on ${other.split}, ${who} on ${split}`;
}

interface Column {
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
  return { rows, expected, predicted, probabilities };
}

function isRising(predictions: readonly PredictionLine[]): boolean {
  return predictions.every((line, i) => i === 0 || predictions[i - 1]!.row < line.row);
}

/** By row number; of a row that stands there twice, the last. */
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

/** Places of some rows within a rising list that holds them all. */
export function placesOf(rows: Uint32Array, within: Uint32Array): Uint32Array {
  let at = 0;
  return Uint32Array.from(rows, (row) => {
    while (within[at]! < row) at++;
    return at;
  });
}

function pick(column: Column, rows: Uint32Array): Column {
  if (rows.length === column.rows.length) return column;
  const places = placesOf(rows, column.rows);
  return {
    rows,
    expected: places.map((place) => column.expected[place]!),
    predicted: places.map((place) => column.predicted[place]!),
    probabilities: Float64Array.from(places, (place) => column.probabilities[place]!),
  };
}
