import { appendFile, open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFile, writeAtomically } from '../files/atomicFile';
import type { MetricLine, PredictionLine } from './record';
import { isNumber, isObject, isText, type Guard } from '../../channel/guards';

/** Adds a line to `metrics.jsonl`. */
export function appendMetric(folder: string, line: MetricLine): Promise<void> {
  return appendFile(metricsPath(folder), `${JSON.stringify(line)}\n`);
}

/**
 * The metrics from a byte offset on, without a last line that is still being written.
 * @returns the lines, and the offset from which to read next time
 */
export async function readMetrics(folder: string, fromOffset = 0): Promise<{ readonly lines: readonly MetricLine[]; readonly offset: number }> {
  const bytes = await readFrom(metricsPath(folder), fromOffset);
  const end = bytes.lastIndexOf('\n') + 1;
  return { lines: parseLines(bytes.toString('utf8', 0, end), isMetric), offset: fromOffset + end };
}

/** Bytes of `metrics.jsonl` so far, all of them on the disk; a checkpoint notes them, so that resuming forgets what came after. */
export async function settleMetrics(folder: string): Promise<number> {
  await syncFile(metricsPath(folder));
  return metricsLength(folder);
}

/** Forgets the metrics behind an offset. */
export async function truncateMetrics(folder: string, offset: number): Promise<void> {
  if (await metricsLength(folder) > offset) await truncate(metricsPath(folder), offset);
}

async function metricsLength(folder: string): Promise<number> {
  return (await stat(metricsPath(folder)).catch(() => undefined))?.size ?? 0;
}

/** Writes `predictions.jsonl`, a line for each row of the split evaluated. */
export function writePredictions(folder: string, predictions: readonly PredictionLine[]): Promise<void> {
  return writeAtomically(predictionsPath(folder), predictions.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** The predictions of a finished run; none when it was not evaluated. */
export async function readPredictions(folder: string): Promise<readonly PredictionLine[]> {
  return parsePredictions(await readFile(predictionsPath(folder), 'utf8').catch(() => ''));
}

/** The predictions in lines of JSON; a line that is torn, or of another shape, is left out. */
export function parsePredictions(text: string): readonly PredictionLine[] {
  return parseLines(text, isPrediction);
}

/** Adds a line, with its time, to `log.txt`. */
export function appendLog(folder: string, line: string): Promise<void> {
  return appendFile(logPath(folder), `${new Date().toISOString()} ${line}\n`);
}

export function logPath(folder: string): string {
  return join(folder, 'log.txt');
}

function metricsPath(folder: string): string {
  return join(folder, 'metrics.jsonl');
}

export function predictionsPath(folder: string): string {
  return join(folder, 'predictions.jsonl');
}

/** Bytes of a file from an offset to its end; none when the file does not exist. */
async function readFrom(path: string, offset: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const isMetric: Guard<MetricLine> = (value): value is MetricLine => isObject(value) && isNumber(value.step) && (value.dev === undefined || isObject(value.dev));

const isPrediction: Guard<PredictionLine> = (value): value is PredictionLine =>
  isObject(value) && isNumber(value.row) && isText(value.input) && isText(value.expected) && isText(value.predicted);

/** Objects of a JSON-lines text; a line that is torn by a crash, or of another shape, is skipped. */
function parseLines<T>(text: string, guard: Guard<T>): readonly T[] {
  return text.split('\n').flatMap((line) => {
    if (!line.trim()) return [];
    try {
      const value: unknown = JSON.parse(line);
      return guard(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}
