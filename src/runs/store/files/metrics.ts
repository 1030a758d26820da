import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { appendHeld } from '../../../files/appendHeld';
import { syncFile, writeAtomically, type Holder } from '../../../files/atomicFile';
import { parseJsonLines } from '../../../files/jsonFile';
import { isMetric, type MetricLine } from './metricLine';

/** Adds lines to `metrics.jsonl`. @param holder of the run */
export function appendMetrics(folder: string, lines: readonly MetricLine[], holder?: Holder): Promise<void> {
  return appendHeld(metricsPath(folder), lines.map((line) => `${JSON.stringify(line)}\n`).join(''), holder);
}

/** Lines of `metrics.jsonl` that are being written. */
export interface MetricWriter {
  add(line: MetricLine): Promise<void>;
  /** Adds what is still kept. */
  flush(): Promise<void>;
}

/**
 * Keeps the lines of steps together for a while before they are added, so that a run of many short steps opens its
 * files seldom: what a crash then loses comes after the last checkpoint and is computed again.
 * @param milliseconds 0 adds each line as it comes
 */
export function collectMetrics(folder: string, holder: Holder, milliseconds: number): MetricWriter {
  let kept: MetricLine[] = [];
  let since = performance.now();
  const flush = async () => {
    const lines = kept;
    kept = [];
    since = performance.now();
    if (lines.length > 0) await appendMetrics(folder, lines, holder);
  };
  return {
    async add(line) {
      kept.push(line);
      if ('dev' in line || performance.now() - since >= milliseconds) await flush();
    },
    flush,
  };
}

/**
 * The metrics from a byte offset on, without a last line that is still being written.
 * @returns the lines, and the offset from which to read next time
 */
export async function readMetrics(
  folder: string,
  fromOffset = 0,
): Promise<{ readonly lines: readonly MetricLine[]; readonly offset: number }> {
  const bytes = (await readFrom(metricsPath(folder), fromOffset)) ?? Buffer.alloc(0);
  const end = bytes.lastIndexOf('\n') + 1;
  return { lines: parseJsonLines(bytes.toString('utf8', 0, end), isMetric), offset: fromOffset + end };
}

/**
 * Bytes of `metrics.jsonl` so far, all of them on the disk; a checkpoint notes them, so that resuming forgets what came
 * after.
 */
export async function settleMetrics(folder: string): Promise<number> {
  await syncFile(metricsPath(folder));
  return metricsLength(folder);
}

/**
 * Forgets the metrics behind an offset, and puts the others into a file of their own, to which a holder before cannot
 * write any more.
 */
export async function truncateMetrics(folder: string, offset: number): Promise<void> {
  const path = metricsPath(folder);
  const bytes = await readFrom(path, 0);
  // An empty file may be held open by a holder that sleeps.
  if (bytes) await writeAtomically(path, bytes.subarray(0, offset));
}

async function metricsLength(folder: string): Promise<number> {
  return (await stat(metricsPath(folder)).catch(() => undefined))?.size ?? 0;
}

function metricsPath(folder: string): string {
  return join(folder, 'metrics.jsonl');
}

/** Bytes of a file from an offset to its end; undefined where there is no file. */
async function readFrom(path: string, offset: number): Promise<Buffer | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
