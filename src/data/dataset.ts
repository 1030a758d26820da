import * as l10n from '@vscode/l10n';
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Failure, withLocation } from '../failure';
import type { TextEncoding } from './encoding/textEncoding';
import { formatOf, type Format, type Row } from './format';
import { openFile, type FileChoice } from './openFile';
import type { RowPart } from './rows/rowPart';
import { chunksOf, textOf, type RawRecord } from './records';
import { noColumns, readableNames, rowBatches } from './rows/rowBatches';
import type { TextFormat } from './table/tableFormat';
import { createRowIndex, type RowIndex } from './rows/rowIndex';

export type { Row } from './format';

/** A data file, open for reading rows by number. Rows count from 0, a CSV header is none. */
export interface Dataset {
  readonly path: string;
  /**
   * Names in the header's order, those that several columns have left out; in JSON every name that occurs, in order of
   * first appearance.
   */
  readonly columns: readonly string[];
  /** Names that several columns of the table have, so that none of them can be read. */
  readonly repeatedColumns: readonly string[];
  readonly rows: number;
  /** SHA-256 of the file's bytes, hexadecimal; of a part of its rows, that of their text, each with a line break. */
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
 * Opens a data file by its extension (.jsonl, .ndjson, .json, .csv, .tsv …), checks and indexes every row and hashes
 * the file, in one pass. Memory is 16 bytes a row, whatever the rows hold.
 * @param how what the file does not say of itself
 * @throws Failure `data-missing`, `data-format`, `data-syntax`, `data-columns`, `data-empty`, each with the file and,
 * where it has one, the line.
 */
export async function openDataset(path: string, how: TextFormat = {}, choice: FileChoice = {}): Promise<Dataset> {
  const format = formatOf(path, how);
  const handle = await openFile(path, choice);
  try {
    return await indexed({ path, handle, format, how });
  } catch (error) {
    await handle.close();
    throw withLocation(error, { file: path });
  }
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly format: Format;
  readonly how: TextFormat;
}

async function indexed({ path, handle, format, how }: OpenFile): Promise<Dataset> {
  const version = await versionOf(handle);
  const hash = createHash('sha256');
  const index = createRowIndex();
  const seen = new Set<string>();
  let columns = format.columns;
  let encoding: TextEncoding | undefined;
  const chunks = how.part ? chunksOf(handle) : hashed(chunksOf(handle), hash);
  for await (const batch of rowBatches(chunks, format, how)) {
    for (const record of batch.records) {
      index.add(record);
      if (how.part) hash.update(`${record.text}\n`);
    }
    ({ columns, encoding } = batch);
    if (!columns) for (const row of batch.rows) for (const name of Object.keys(row)) seen.add(name);
  }
  if (index.rows() === 0) throw how.part ? emptyPart(how.part) : emptyFile();
  async function checkUnchanged(): Promise<void> {
    if ((await versionOf(handle)) === version) return;
    throw new Failure(
      'data-changed',
      l10n.t`The file was changed while it was in use.`,
      { file: path },
      l10n.t`Start again to use the new rows.`,
    );
  }

  return {
    path,
    columns: columns ? readableNames(columns) : [...seen],
    repeatedColumns: columns?.repeated ?? [],
    rows: index.rows(),
    sha256: hash.digest('hex'),
    async read(indices) {
      await checkUnchanged();
      const records: RawRecord[] = [];
      for (const row of indices) records.push(await readRecord(row, { handle, index, encoding: encoding! }));
      return format.decode(records, columns ?? noColumns);
    },
    async *all() {
      await checkUnchanged();
      for await (const { rows } of rowBatches(chunksOf(handle), format, how)) yield* rows;
    },
    lineOf: (row) => index.span(row).line,
    close: () => handle.close(),
  };
}

/** Of a file without a row. */
export const emptyFile = (): Failure =>
  new Failure('data-empty', l10n.t`The file has no rows.`, {}, l10n.t`Add at least one row, or name another file.`);

const emptyPart = ({ take }: RowPart): Failure =>
  new Failure(
    'data-split',
    l10n.t`No row of the file falls to ${take}.`,
    {},
    l10n.t`Add rows, or write another tune.splitSeed, a larger share or a file of its own.`,
  );

async function readRecord(
  row: number,
  {
    handle,
    index,
    encoding,
  }: { readonly handle: FileHandle; readonly index: RowIndex; readonly encoding: TextEncoding },
): Promise<RawRecord> {
  const span = index.span(row);
  const bytes = Buffer.allocUnsafe(span.end - span.start);
  await handle.read(bytes, 0, bytes.length, span.start);
  return { ...span, text: textOf(bytes, span, encoding) };
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
