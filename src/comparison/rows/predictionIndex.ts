import { open, readFile } from 'node:fs/promises';
import { predictionsPath } from '../../runs/store/files/predictionsFile';
import { parsePredictions } from '../../runs/store/files/predictionsFile';
import type { PredictionLine } from '../../runs/store/files/predictionLine';

/**
 * Where each row's answer is in the `predictions.jsonl` of a run: 20 bytes a row, so that no file is read twice for
 * one answer.
 */
export interface PredictionIndex {
  readonly path: string;
  /** `[rows]` numbers in the data file, rising. */
  readonly rows: Uint32Array;
  /** `[rows]` byte offsets of the line. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Whether the lines follow one another in the file as the rows do. */
  readonly inOrder: boolean;
}

interface Line {
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

const newline = 0x0a;

/** Looks through the answers of a run without reading any of them; a run without answers has none. */
export async function indexPredictions(folder: string): Promise<PredictionIndex> {
  const path = predictionsPath(folder);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const found: Line[] = [];
  for (let start = 0; start < bytes.length;) {
    const next = bytes.indexOf(newline, start);
    const end = next === -1 ? bytes.length : next;
    const row = rowOf(bytes, start, end);
    if (row !== undefined) found.push({ row, start, end });
    start = end + 1;
  }
  const inOrder = found.every(({ row }, i) => i === 0 || found[i - 1]!.row < row);
  // Of a row that is there twice, the last counts.
  const lines = inOrder
    ? found
    : [...new Map(found.map((line) => [line.row, line])).values()].sort((a, b) => a.row - b.row);
  return {
    path,
    inOrder,
    rows: Uint32Array.from(lines, ({ row }) => row),
    starts: Float64Array.from(lines, ({ start }) => start),
    ends: Float64Array.from(lines, ({ end }) => end),
  };
}

const opening = Buffer.from('{"row":');

/** The number that a line begins with, as we write it; any other line is read whole, and one that is torn has none. */
function rowOf(bytes: Buffer, start: number, end: number): number | undefined {
  let at = start + opening.length;
  if (bytes[end - 1] === 0x7d && bytes.compare(opening, 0, opening.length, start, Math.min(at, end)) === 0) {
    let row = 0;
    const first = at;
    for (; at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39; at++) row = 10 * row + bytes[at]! - 0x30;
    if (at > first && bytes[at] === 0x2c) return row;
  }
  return parsePredictions(bytes.toString('utf8', start, end))[0]?.row;
}

/** The answers to rows between two numbers, both included; lines that are damaged are left out. */
export async function readAnswers(
  index: PredictionIndex,
  [low, high]: readonly [number, number],
): Promise<readonly PredictionLine[]> {
  const [from, until] = [placeOf(index.rows, low), placeOf(index.rows, high + 1)];
  if (from === until) return [];
  const file = await open(index.path, 'r');
  const textBetween = async (start: number, end: number): Promise<string> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  };
  try {
    if (index.inOrder) return parsePredictions(await textBetween(index.starts[from]!, index.ends[until - 1]!));
    const lines: string[] = [];
    for (let position = from; position < until; position++)
      lines.push(await textBetween(index.starts[position]!, index.ends[position]!));
    return parsePredictions(lines.join('\n'));
  } finally {
    await file.close();
  }
}

/** Place of the first row that is not below a number. */
function placeOf(rows: Uint32Array, number: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
