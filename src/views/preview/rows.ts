import { stat } from 'node:fs/promises';
import { openDataset, type Dataset, type Row } from '../../data/dataset';
import { fileOfSource, formatOfSource, type DataSource } from '../../data/table/tableFormat';

/** Reads rows of a data file that stays open between one row and the next. */
export interface RowReader {
  /**
   * The row of a file, whose path is absolute, or the last one when there are fewer.
   * @throws Failure "data-missing", "data-format" … as opening the data does
   */
  read(source: DataSource, row: number): Promise<{ readonly row: Row; readonly index: number; readonly rows: number }>;
  close(): Promise<void>;
}

interface Opened {
  readonly source: string;
  readonly modified: number;
  readonly dataset: Promise<Dataset>;
}

/** Keeps one file open, and opens it again when it has changed. */
export function createRowReader(): RowReader {
  let opened: Opened | undefined;
  let last: Promise<unknown> = Promise.resolve();

  // One after the other: of two that open at once, one would be forgotten with its file open.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };

  const closeOpened = async () => {
    const closing = opened;
    opened = undefined;
    await closing?.dataset.then(
      (dataset) => dataset.close(),
      () => undefined,
    );
  };

  const read: RowReader['read'] = async (source, row) => {
    const [path, key] = [fileOfSource(source), JSON.stringify(source)];
    const modified = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
    if (opened?.source !== key || opened.modified !== modified) {
      await closeOpened();
      opened = { source: key, modified, dataset: openDataset(path, formatOfSource(source)) };
    }
    const dataset = await opened.dataset;
    const index = Math.min(row, dataset.rows - 1);
    const [found] = await dataset.read([index]);
    return { row: found!, index, rows: dataset.rows };
  };

  return { read: (source, row) => inTurn(() => read(source, row)), close: () => inTurn(closeOpened) };
}
