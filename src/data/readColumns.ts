import { withLocation } from '../failure';
import { formatOf } from './format';
import { openFile } from './openFile';
import { chunksOf } from './records';
import { readableNames, rowBatches } from './rowBatches';
import type { TextFormat } from './tableFormat';

/** Rows that tell which names a JSON file uses. */
const ROWS_FOR_COLUMNS = 100;

/** The columns that a file has, and the names that several of them have. */
export interface KnownColumns {
  readonly names: readonly string[];
  readonly repeated: readonly string[];
}

/**
 * Column names alone, from the header or the first hundred rows; none for a file without any.
 * @throws Failure as `openDataset` does, but for rows further down and for a file without rows.
 */
export async function readColumns(path: string, how: TextFormat = {}): Promise<KnownColumns> {
  const format = formatOf(path, how);
  const handle = await openFile(path);
  const seen = new Set<string>();
  try {
    let left = ROWS_FOR_COLUMNS;
    const options = { ...how, part: undefined, most: format.separator ? 0 : ROWS_FOR_COLUMNS };
    for await (const { records, rows, columns } of rowBatches(chunksOf(handle), format, options)) {
      if (columns) return { names: readableNames(columns), repeated: columns.repeated };
      for (const row of rows) for (const name of Object.keys(row)) seen.add(name);
      left -= records.length;
      if (left <= 0) break;
    }
    return { names: [...seen], repeated: [] };
  } catch (error) {
    throw withLocation(error, { file: path });
  } finally {
    await handle.close();
  }
}
