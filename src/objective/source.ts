import type { LanguageModel } from '../model/open/openModel';
import { encodeRows, type Example } from './example';
import { batchAt, epochOrder, type Position } from '../tuning/order';
import { requireSplit, type Task } from './task';

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
      const encoded = new Map((await encodeRows(task, model, dataset, missing)).map((example) => [example.row, example]));
      for (const [row, example] of encoded) if (kept.size < keptRows) kept.set(row, example);
      return rows.map((row) => kept.get(row) ?? encoded.get(row)!);
    },
  };
}

/** The training batch of a position. */
export type BatchesByPosition = (position: Position) => Promise<readonly Example[]>;

/** Training batches by position, in an order that the seed decides. */
export function openBatches(source: ExampleSource, { batchSize, seed }: { readonly batchSize: number; readonly seed: number }): BatchesByPosition {
  let current: { readonly epoch: number; readonly order: Uint32Array } = { epoch: -1, order: new Uint32Array() };
  return async (position) => {
    if (current.epoch !== position.epoch) current = { epoch: position.epoch, order: epochOrder(source.rows, seed, position.epoch) };
    return source.examples(batchAt(current.order, position, batchSize));
  };
}
