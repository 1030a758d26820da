import * as l10n from '@vscode/l10n';
import { withLocation } from '../../failure';
import type { Columns } from '../table/delimited';
import type { TextEncoding } from '../encoding/textEncoding';
import { formatOf, type Format, type Row } from '../format';
import { openFile, type FileChoice } from '../openFile';
import { chunksOf, recordBatches, type RawRecord } from '../records';
import type { EncodingName } from '../encoding/encodingNames';
import { openPart, type RowPart } from './rowPart';
import type { TextFormat } from '../table/tableFormat';
import { mappingOf, NamedFileFailure } from '../fileNaming';

/** The rows that end in one piece of a file. */
export interface RowBatch {
  readonly records: readonly RawRecord[];
  readonly rows: readonly Row[];
  /** The columns of a table; none for JSON, where each row names its own. */
  readonly columns: Columns | undefined;
  readonly encoding: TextEncoding;
}

/** The columns of a file whose rows name their own. */
export const noColumns: Columns = { names: [], repeated: [] };

export interface BatchOptions {
  readonly encoding?: EncodingName;
  /** The rows that come; all where it is absent. */
  readonly part?: RowPart;
  /** Rows of the file after which no more are decoded; the records behind them still come. */
  readonly most?: number;
}

/**
 * The rows of a file, piece by piece, its header apart.
 * @throws Failure `data-syntax` and `data-columns`, with the line
 */
export async function* rowBatches(
  chunks: AsyncIterable<Buffer>,
  format: Format,
  { encoding, part, most = Infinity }: BatchOptions,
): AsyncGenerator<RowBatch> {
  let columns = format.columns;
  const takes = part && openPart(part);
  let left = most;
  let isFirst = true;
  for await (const batch of recordBatches(chunks, format.createScanner(), { encoding })) {
    const { records: all } = batch;
    const hasHeader = isFirst && format.decodeHeader !== undefined;
    if (hasHeader) columns = format.decodeHeader(all[0]!);
    const records = hasHeader ? all.slice(1) : all;
    if (isFirst && format.columns) requireNoHeader(format, records[0]!);
    isFirst = false;
    const wanted = left === Infinity ? records : records.slice(0, left);
    left -= wanted.length;
    const rows = format.decode(wanted, columns ?? noColumns);
    const taken = takes ? [...rows.keys()].filter((i) => takes(rows[i]!)) : undefined;
    yield {
      records: taken ? [...taken.map((i) => records[i]!), ...records.slice(wanted.length)] : records,
      rows: taken ? taken.map((i) => rows[i]!) : rows,
      columns,
      encoding: batch.encoding,
    };
  }
}

/**
 * The rows of a file from its path, piece by piece; the file is open as long as they are asked for.
 * @throws Failure as `openDataset` does, but for a file without rows
 */
export async function* fileBatches(
  path: string,
  how: TextFormat & Pick<BatchOptions, 'most'>,
  choice: FileChoice = {},
): AsyncGenerator<RowBatch> {
  const format = formatOf(path, how);
  const handle = await openFile(path, choice);
  try {
    yield* rowBatches(chunksOf(handle), format, how);
  } catch (error) {
    throw withLocation(error, { file: path });
  } finally {
    await handle.close();
  }
}

/** @throws Failure `data-columns` where the first row is a header after all */
export function requireNoHeader({ columns, decode }: Format, record: RawRecord): void {
  const named = columns!.names.filter((name) => name !== undefined);
  const [row] = decode([record], columns!);
  if (named.length === 0 || !named.every((name) => row?.[name] === name)) return;
  throw new NamedFileFailure(
    'data-columns',
    (naming) => ({
      message: l10n.t`The first row of the file names its columns, and ${mappingOf(naming)} lists them too.`,
      remedy: l10n.t`Leave columns out of ${mappingOf(naming)}; they are for files without a header.`,
    }),
    { line: record.line },
  );
}

/** Names of the columns of a table that can be read. */
export const readableNames = ({ names }: Columns): readonly string[] => names.filter((name) => name !== undefined);
