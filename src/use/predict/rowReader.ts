import { createHash } from 'node:crypto';
import type { EachRow, EachRowBatch } from '../../data/rows/eachRow';
import type { InputRows } from './inputRows';

/** Hands out rows in the portions that are asked for. */
export interface RowReader {
  /** What the first piece of the input says; undefined where there is none. */
  first(): Promise<EachRowBatch | undefined>;
  /**
   * The next rows: of a file as many as are asked for, while there are; of a stream those that have come, so that
   * nobody waits for what is not there yet.
   * @returns none at the end
   */
  next(most: number): Promise<readonly EachRow[]>;
  /** SHA-256 of all rows that were handed out, and of the header. */
  read(): string;
}

/** @param passed rows at the beginning that are not decoded */
export function openRowReader(input: InputRows, passed: number): RowReader {
  const batches = input.batches(passed);
  const hash = createHash('sha256');
  let waiting: readonly EachRow[] = [];
  let first: Promise<EachRowBatch | undefined> | undefined;
  const more = async (): Promise<EachRowBatch | undefined> => {
    const { value, done } = await batches.next();
    if (done) return undefined;
    if (value.header) hash.update(value.header.text).update('\n');
    waiting = [...waiting, ...value.rows];
    return value;
  };
  const begin = (): Promise<EachRowBatch | undefined> => (first ??= more());
  return {
    first: begin,
    async next(most) {
      if (!(await begin())) return [];
      const enough = input.bytes === undefined ? 1 : most;
      while (waiting.length < enough && (await more()));
      const rows = waiting.slice(0, most);
      waiting = waiting.slice(most);
      for (const { record } of rows) hash.update(record.text).update('\n');
      return rows;
    },
    read: () => hash.copy().digest('hex'),
  };
}
