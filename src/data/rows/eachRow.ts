import { Failure } from '../../failure';
import type { Columns } from '../table/delimited';
import type { EncodingName } from '../encoding/encodingNames';
import type { Format, Row } from '../format';
import { recordBatches, type RawRecord } from '../records';
import { noColumns, requireNoHeader } from './rowBatches';

/** A record with the row that it holds, or why it holds none. */
export interface EachRow {
  readonly record: RawRecord;
  readonly row?: Row;
  readonly failure?: Failure;
}

/** The rows that end in one piece of a file. */
export interface EachRowBatch {
  readonly rows: readonly EachRow[];
  /** The columns of a table; none for JSON, where each row names its own. */
  readonly columns?: Columns;
  /** The record that names the columns, in the first batch of a table that has one. */
  readonly header?: RawRecord;
  /** Whether the file begins with a byte order mark. */
  readonly isMarked: boolean;
}

export interface EachRowOptions {
  readonly encoding?: EncodingName;
  /** Records from the first that are not decoded, and come without row and failure. */
  readonly passed?: number;
}

/**
 * The rows of a file in order, a row that cannot be read among them, with the reason.
 * @throws Failure `data-syntax` where the file itself breaks off, and where one row ends cannot be told; `data-columns`
 * where a header is found in a table whose columns are listed
 */
export async function* eachRow(
  chunks: AsyncIterable<Buffer>,
  format: Format,
  { encoding: named, passed = 0 }: EachRowOptions,
): AsyncGenerator<EachRowBatch> {
  let columns = format.columns;
  let left = passed;
  let isFirst = true;
  const options = { encoding: named, keepsUnreadable: true };
  for await (const { records: all, encoding } of recordBatches(chunks, format.createScanner(), options)) {
    const header = isFirst && format.decodeHeader ? all[0] : undefined;
    if (header?.unreadable) throw header.unreadable;
    if (header) columns = format.decodeHeader!(header);
    if (isFirst && format.columns && !all[0]!.unreadable) requireNoHeader(format, all[0]!);
    isFirst = false;
    const records = header ? all.slice(1) : all;
    const skipped = records.slice(0, left);
    left -= skipped.length;
    const decode = (some: readonly RawRecord[]): readonly Row[] => format.decode(some, columns ?? noColumns);
    yield {
      rows: [...skipped.map((record) => ({ record })), ...decodeEach(records.slice(skipped.length), decode)],
      isMarked: encoding.mark > 0,
      ...(columns && { columns }),
      ...(header && { header }),
    };
  }
}

/** All at once, as is quickest; one by one where some row breaks the rules. */
function decodeEach(
  records: readonly RawRecord[],
  decode: (records: readonly RawRecord[]) => readonly Row[],
): readonly EachRow[] {
  if (!records.some(({ unreadable }) => unreadable)) {
    try {
      return decode(records).map((row, i) => ({ record: records[i]!, row }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return records.map((record) => {
    if (record.unreadable) return { record, failure: record.unreadable };
    try {
      return { record, row: decode([record])[0]! };
    } catch (error) {
      if (error instanceof Failure) return { record, failure: error };
      throw error;
    }
  });
}
