import { withLocation } from '../failure';
import type { Row } from './format';
import { formatOf } from './format';
import { openFile } from './openFile';
import { chunksOf, recordBatches } from './records';

/** What a look through a data file finds. */
export interface RowSurvey {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Rows with each value of the label column, as text. */
  readonly labels: Readonly<Record<string, number>>;
  /** Key of each distinct row → its number, from 0. */
  readonly keys: ReadonlyMap<string, number>;
  /** Key of each row that is there more than once → how many more there are. */
  readonly repeats: ReadonlyMap<string, number>;
  readonly samples: readonly Row[];
  /** Whether the file goes on after the rows that were read. */
  readonly truncated: boolean;
}

export interface SurveyQuestion {
  /** What makes a row the same as another. */
  readonly keyOf: (row: Row) => string;
  /** Column whose values are counted. */
  readonly label?: string;
  /** First rows to keep. */
  readonly samples: number;
  /** Rows after which to stop. */
  readonly mostRows: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads the rows of a file once, in batches.
 * @throws Failure as `openDataset` does, and the signal's reason once it is aborted
 */
export async function surveyRows(
  path: string,
  { keyOf, label, samples, mostRows, signal }: SurveyQuestion,
): Promise<RowSurvey> {
  const format = formatOf(path);
  const handle = await openFile(path);
  const columns = new Set<string>();
  const labels = new Map<string, number>();
  const keys = new Map<string, number>();
  const repeats = new Map<string, number>();
  const first: Row[] = [];
  let header: readonly string[] | undefined;
  let rows = 0;
  let truncated = false;
  try {
    for await (const batch of recordBatches(chunksOf(handle), format.createScanner())) {
      signal?.throwIfAborted();
      const begins = format.decodeHeader !== undefined && header === undefined;
      if (begins) header = format.decodeHeader(batch[0]!);
      const records = begins ? batch.slice(1) : batch;
      const wanted = records.slice(0, mostRows - rows);
      for (const row of format.decode(wanted, header ?? [])) look(row);
      truncated = wanted.length < records.length;
      if (truncated) break;
    }
  } catch (error) {
    throw withLocation(error, { file: path });
  } finally {
    await handle.close();
  }
  return {
    rows,
    columns: header ?? [...columns],
    labels: Object.fromEntries(labels),
    keys,
    repeats,
    samples: first,
    truncated,
  };

  function look(row: Row): void {
    const key = keyOf(row);
    if (!keys.has(key)) keys.set(key, rows);
    else repeats.set(key, (repeats.get(key) ?? 0) + 1);
    if (first.length < samples) first.push(row);
    for (const name of Object.keys(row)) columns.add(name);
    if (label !== undefined && Object.hasOwn(row, label) && row[label] !== null && row[label] !== '') {
      const value = String(row[label]);
      labels.set(value, (labels.get(value) ?? 0) + 1);
    }
    rows++;
  }
}
