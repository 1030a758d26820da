import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Failure, withLocation } from '../failure';
import { formatOf, type Format, type Row } from './format';
import { openFile } from './openFile';
import { chunksOf, recordBatches, type RawRecord } from './records';
import { createRowIndex, type RowIndex } from './rowIndex';

export type { Row } from './format';

/** A data file, open for reading rows by number. Rows count from 0, a CSV header is none. */
export interface Dataset {
  readonly path: string;
  /** Names in the header's order; in JSON every name that occurs, in order of first appearance. */
  readonly columns: readonly string[];
  readonly rows: number;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** Those rows, in that order. @throws Failure `data-changed` when the file was written to since it was opened. */
  read(indices: readonly number[]): Promise<readonly Row[]>;
  /** Every row in order, read again from the file. @throws Failure `data-changed` as `read` does. */
  all(): AsyncIterable<Row>;
  /** Line of the file a row begins on, from 1. */
  lineOf(index: number): number;
  close(): Promise<void>;
}

/**
 * Opens a data file by its extension (.jsonl, .ndjson, .json, .csv, .tsv), checks and indexes every row and hashes the
 * file, in one pass. Memory is 16 bytes a row, whatever the rows hold.
 * @throws Failure `data-missing`, `data-format`, `data-syntax`, `data-columns`, `data-empty`, each with the file and,
 * where it has one, the line.
 */
export async function openDataset(path: string): Promise<Dataset> {
  const format = formatOf(path);
  const handle = await openFile(path);
  try {
    return await indexed(path, handle, format);
  } catch (error) {
    await handle.close();
    throw withLocation(error, { file: path });
  }
}

async function indexed(path: string, handle: FileHandle, format: Format): Promise<Dataset> {
  const version = await versionOf(handle);
  const hash = createHash('sha256');
  const index = createRowIndex();
  const columns = new Set<string>();
  for await (const { records, rows, header } of rowBatches(hashed(chunksOf(handle), hash), format)) {
    records.forEach((record) => index.add(record));
    for (const name of header ?? []) columns.add(name);
    if (!header) rows.flatMap(Object.keys).forEach((name) => columns.add(name));
  }
  if (index.rows() === 0)
    throw new Failure('data-empty', 'The file has no rows.', {}, 'Add at least one row, or name another file.');
  const names = [...columns];

  async function checkUnchanged(): Promise<void> {
    if ((await versionOf(handle)) === version) return;
    throw new Failure(
      'data-changed',
      'The file was changed while it was in use.',
      { file: path },
      'Start again to use the new rows.',
    );
  }

  return {
    path,
    columns: names,
    rows: index.rows(),
    sha256: hash.digest('hex'),
    async read(indices) {
      await checkUnchanged();
      const records: RawRecord[] = [];
      for (const row of indices) records.push(await readRecord(handle, index, row));
      return format.decode(records, names);
    },
    async *all() {
      await checkUnchanged();
      for await (const { rows } of rowBatches(chunksOf(handle), format)) yield* rows;
    },
    lineOf: (row) => index.span(row).line,
    close: () => handle.close(),
  };
}

interface RowBatch {
  readonly records: readonly RawRecord[];
  readonly rows: readonly Row[];
  /** The file's columns, where the format has a header. */
  readonly header?: readonly string[];
}

async function* rowBatches(chunks: AsyncIterable<Buffer>, format: Format): AsyncGenerator<RowBatch> {
  let header: readonly string[] | undefined;
  for await (const batch of recordBatches(chunks, format.createScanner())) {
    const hasHeader = format.decodeHeader !== undefined && header === undefined;
    if (hasHeader) header = format.decodeHeader(batch[0]!);
    const records = hasHeader ? batch.slice(1) : batch;
    yield { records, rows: format.decode(records, header ?? []), header };
  }
}

async function readRecord(handle: FileHandle, index: RowIndex, row: number): Promise<RawRecord> {
  const span = index.span(row);
  const bytes = Buffer.allocUnsafe(span.end - span.start);
  await handle.read(bytes, 0, bytes.length, span.start);
  return { ...span, bytes };
}

async function* hashed(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Size and time of the last write: what tells a file from its later self. */
async function versionOf(handle: FileHandle): Promise<string> {
  const { size, mtimeNs } = await handle.stat({ bigint: true });
  return `${size} ${mtimeNs}`;
}
