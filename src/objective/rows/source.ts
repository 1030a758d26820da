import type { Row } from '../../data/dataset';
import type { LanguageModel } from '../../model/openModel';
import { encodeRows, type Example } from '../example';
import type { Task } from '../task';
import { requireSplit } from './splits';

/** Encoded examples of a split, by row; a bounded number is kept. */
export interface ExampleSource {
  readonly rows: number;
  examples(rows: readonly number[]): Promise<readonly Example[]>;
}

/** Examples of a split with the rows that they are of. */
export interface RowSource extends ExampleSource {
  /** As they stand in the file; those that are asked for are kept as examples are. */
  read(rows: readonly number[]): Promise<readonly Row[]>;
}

/** Rows of which something is kept in memory; beyond that it is made again when they come up again. */
const keptRows = 50_000;

export function openSource(task: Task, model: LanguageModel, split: 'train' | 'dev' | 'test'): RowSource {
  const dataset = requireSplit(task, split);
  return {
    rows: dataset.rows,
    examples: keptByRow((rows) => encodeRows(task, model, dataset, rows)),
    read: keptByRow((rows) => dataset.read(rows)),
  };
}

/** @param make what is to be had of some rows, in their order */
function keptByRow<T>(make: (rows: readonly number[]) => Promise<readonly T[]>): typeof make {
  const kept = new Map<number, T>();
  return async (rows) => {
    const missing = [...new Set(rows)].filter((row) => !kept.has(row));
    const made = new Map((await make(missing)).map((value, i) => [missing[i]!, value]));
    for (const [row, value] of made) if (kept.size < keptRows) kept.set(row, value);
    return rows.map((row) => kept.get(row) ?? made.get(row)!);
  };
}
