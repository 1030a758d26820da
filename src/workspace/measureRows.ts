import { dirname, resolve } from 'node:path';
import { formatOf } from '../data/format';
import { openFile } from '../data/openFile';
import { chunksOf } from '../data/records';
import { rowBatches } from '../data/rows/rowBatches';
import { Failure } from '../failure';
import { sha256 } from '../files/sha256';
import type { Analysis } from '../template/read/analysis';
import { namedFiles, type NamedFile } from '../template/read/dataFiles';
import type { LongRows, SplitName, TemplateContext } from '../template/read/templateContext';
import { lengthAbove } from '../template/render/length/promptLength';
import { rowsThatMayExceed } from '../template/render/length/rowBound';
import { rememberByFile } from '../files/fileCache';

/** Rows that are measured; a longer file is measured up to here. */
const mostRows = 100_000;
/** Lines that are kept to be named. */
const namedRows = 5;
/** Milliseconds of work after which others have their turn. */
const sliceMilliseconds = 20;

const measured = rememberByFile<LongRows | undefined>();

/**
 * Measures the prompt of every row of the data files, as the method that the template names trains it.
 * @param known the context so far; with the lengths in `splits`, only rows are measured that may not fit
 * @returns the rows that do not fit, by split; those of a file that cannot be read have a finding of their own
 * @throws the signal's reason once it is aborted, and nothing else
 */
export async function longRows(
  analysis: Analysis,
  { encoder, contextLength, splits }: Pick<TemplateContext, 'encoder' | 'contextLength' | 'splits'>,
  signal: AbortSignal | undefined,
): Promise<Pick<TemplateContext, 'longRows'>> {
  const limit = Math.min(contextLength ?? Infinity, analysis.written.maxLength || Infinity);
  if (!encoder || limit === Infinity || !analysis.usage) return {};
  const found: Partial<Record<SplitName, LongRows>> = {};
  const measure = (row: Readonly<Record<string, unknown>>) => lengthAbove(analysis, encoder, { row, limit });
  const partials = [...analysis.usage.partials].map(([name, { text }]) => [name, text]);
  const question = sha256(JSON.stringify([analysis.text, partials, limit, encoder.firstVirtualToken]));
  for (const named of namedFiles(analysis)) {
    const path = resolve(dirname(resolve(analysis.path)), named.file);
    const columns = splits?.[named.split]?.lengths;
    const only = columns && rowsThatMayExceed(analysis, encoder, { columns, limit });
    if (only?.size === 0) continue;
    try {
      const { part } = named.how;
      const long = await measured(
        path,
        part ? JSON.stringify([question, part]) : question,
        () => measureFile(path, named, { measure, only, limit, signal }),
        part?.take,
      );
      if (long) found[named.split] = long;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
    }
  }
  return { longRows: found };
}

interface Measuring {
  readonly measure: (row: Readonly<Record<string, unknown>>) => number | undefined;
  /** Numbers of the rows that are measured; undefined for all. */
  readonly only: ReadonlySet<number> | undefined;
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

async function measureFile(
  path: string,
  { how }: NamedFile,
  { measure, only, limit, signal }: Measuring,
): Promise<LongRows | undefined> {
  const handle = await openFile(path);
  const first: { readonly line: number; readonly tokens: number }[] = [];
  let [rows, longest, since] = [0, 0, performance.now()];
  let [number, left] = [0, only?.size ?? Infinity];
  try {
    for await (const batch of rowBatches(chunksOf(handle), formatOf(path, how), { ...how, most: mostRows })) {
      for (const [i, row] of batch.rows.entries()) {
        if (performance.now() - since > sliceMilliseconds) {
          await new Promise((turn) => setImmediate(turn));
          signal?.throwIfAborted();
          since = performance.now();
        }
        if (only && !only.has(number++)) continue;
        left--;
        const tokens = measure(row);
        if (tokens === undefined) continue;
        rows++;
        longest = Math.max(longest, tokens);
        if (first.length < namedRows) first.push({ line: batch.records[i]!.line, tokens });
      }
      if (left === 0 || batch.rows.length < batch.records.length) break;
    }
  } finally {
    await handle.close();
  }
  return rows === 0 ? undefined : { limit, rows, first, longest };
}
