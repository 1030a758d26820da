import { stat } from 'node:fs/promises';
import { openDataset, type Dataset, type Row } from '../../data/dataset';
import { fileOfSource, formatOfSource, type DataSource } from '../../data/tableFormat';

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

  const close = async () => {
    const last = opened;
    opened = undefined;
    await last?.dataset.then(
      (dataset) => dataset.close(),
      () => undefined,
    );
  };

  return {
    async read(source, row) {
      const [path, key] = [fileOfSource(source), JSON.stringify(source)];
      const modified = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
      if (opened?.source !== key || opened.modified !== modified) {
        await close();
        opened = { source: key, modified, dataset: openDataset(path, formatOfSource(source)) };
      }
      const dataset = await opened.dataset;
      const index = Math.min(row, dataset.rows - 1);
      const [found] = await dataset.read([index]);
      return { row: found!, index, rows: dataset.rows };
    },
    close,
  };
}
