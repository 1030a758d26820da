import { formatOf } from '../format';
import { fileBatches, readableNames } from '../rows/rowBatches';
import type { TextFormat } from '../table/tableFormat';

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
  const seen = new Set<string>();
  let left = ROWS_FOR_COLUMNS;
  const most = formatOf(path, how).separator ? 0 : ROWS_FOR_COLUMNS;
  for await (const { records, rows, columns } of fileBatches(path, { ...how, part: undefined, most })) {
    if (columns) return { names: readableNames(columns), repeated: columns.repeated };
    for (const row of rows) for (const name of Object.keys(row)) seen.add(name);
    left -= records.length;
    if (left <= 0) break;
  }
  return { names: [...seen], repeated: [] };
}
