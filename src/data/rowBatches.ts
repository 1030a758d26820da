import { Failure } from '../failure';
import type { Columns } from './delimited';
import type { TextEncoding } from './encoding';
import type { Format, Row } from './format';
import { recordBatches, type RawRecord } from './records';
import type { EncodingName } from './encodingNames';

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

/**
 * The rows of a file, piece by piece, its header apart.
 * @param options.most rows after which no more are decoded; the records behind them still come
 * @throws Failure `data-syntax` and `data-columns`, with the line
 */
export async function* rowBatches(
  chunks: AsyncIterable<Buffer>,
  format: Format,
  { encoding, most = Infinity }: { readonly encoding?: EncodingName; readonly most?: number },
): AsyncGenerator<RowBatch> {
  let columns = format.columns;
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
    yield { records, rows: format.decode(wanted, columns ?? noColumns), columns, encoding: batch.encoding };
  }
}

/** @throws Failure `data-columns` where the first row is a header after all */
export function requireNoHeader({ columns, decode }: Format, record: RawRecord): void {
  const named = columns!.names.filter((name) => name !== undefined);
  const [row] = decode([record], columns!);
  if (named.length === 0 || !named.every((name) => row?.[name] === name)) return;
  throw new Failure(
    'data-columns',
    'The first row of the file names its columns, and tune.data lists them too.',
    { line: record.line },
    'Leave columns out of tune.data; they are for files without a header.',
  );
}

/** Names of the columns of a table that can be read. */
export const readableNames = ({ names }: Columns): readonly string[] => names.filter((name) => name !== undefined);
