import type { LanguageModel } from '../../model/openModel';
import { encodeRows, type Example } from '../example';
import type { Task } from '../task';
import { requireSplit } from './splits';

/** Encoded examples of a split, by row; a bounded number is kept. */
export interface ExampleSource {
  readonly rows: number;
  examples(rows: readonly number[]): Promise<readonly Example[]>;
}

/** Encoded rows kept in memory; beyond that rows are encoded again when they come up again. */
const keptRows = 50_000;

export function openSource(task: Task, model: LanguageModel, split: 'train' | 'dev' | 'test'): ExampleSource {
  const dataset = requireSplit(task, split);
  const kept = new Map<number, Example>();
  return {
    rows: dataset.rows,
    async examples(rows) {
      const missing = [...new Set(rows)].filter((row) => !kept.has(row));
      const encoded = new Map(
        (await encodeRows(task, model, dataset, missing)).map((example) => [example.row, example]),
      );
      for (const [row, example] of encoded) if (kept.size < keptRows) kept.set(row, example);
      return rows.map((row) => kept.get(row) ?? encoded.get(row)!);
    },
  };
}
