import { Failure, withLocation } from '../../failure';
import { eachRow } from './eachRow';
import { writeJson } from '../exactNumber';
import { formatOf, type Row } from '../format';
import { openFile } from '../openFile';
import { chunksOf } from '../records';
import type { TextFormat } from '../table/tableFormat';

/** A row with its text, as a file of UTF-8 has it. */
export interface WrittenRow {
  readonly row: Row;
  /** A record of a table as it was written; of JSON a line. */
  readonly text: string;
  /** The record that names the columns of its table, where one does. */
  readonly header?: string;
}

/**
 * Every row of a file that a person has chosen, in order.
 * @throws Failure as `openDataset` does, for the first row that cannot be read
 */
export async function* chosenRows(path: string, how: TextFormat): AsyncGenerator<WrittenRow> {
  const format = formatOf(path, how);
  const handle = await openFile(path, { chosen: true });
  let header: string | undefined;
  try {
    for await (const batch of eachRow(chunksOf(handle), format, how)) {
      header ??= batch.header?.text;
      for (const { record, row, failure } of batch.rows) {
        if (failure) throw failure;
        const text = format.separator ? record.text : writeJson(row);
        yield { row: row!, text, ...(header !== undefined && { header }) };
      }
    }
  } catch (error) {
    throw error instanceof Failure ? withLocation(error, { file: path }) : error;
  } finally {
    await handle.close();
  }
}
