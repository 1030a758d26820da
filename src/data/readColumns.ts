import { withLocation } from '../failure';
import { formatOf } from './format';
import { openFile } from './openFile';
import { chunksOf, recordBatches } from './records';

/** Rows that tell which names a JSON file uses. */
const ROWS_FOR_COLUMNS = 100;

/**
 * Column names alone, from the header or the first hundred rows; none for a file without any.
 * @throws Failure as `openDataset` does, but for rows further down and for a file without rows.
 */
export async function readColumns(path: string): Promise<readonly string[]> {
  const format = formatOf(path);
  const handle = await openFile(path);
  const columns = new Set<string>();
  try {
    let left = ROWS_FOR_COLUMNS;
    for await (const records of recordBatches(chunksOf(handle), format.createScanner())) {
      if (format.decodeHeader) return format.decodeHeader(records[0]!);
      format
        .decode(records.slice(0, left), [])
        .flatMap(Object.keys)
        .forEach((name) => columns.add(name));
      left -= records.length;
      if (left <= 0) break;
    }
    return [...columns];
  } catch (error) {
    throw withLocation(error, { file: path });
  } finally {
    await handle.close();
  }
}
