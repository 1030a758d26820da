import type { Dataset } from '../data/dataset';
import { messagesColumn, withAnswer } from '../template/render/rowMessages';

/** A data file whose rows have a column for their answer, also where their messages end with it. */
export function answeredRows(dataset: Dataset, field: string): Dataset {
  if (!dataset.columns.includes(messagesColumn)) return dataset;
  return {
    ...dataset,
    columns: [...new Set([...dataset.columns, field])],
    read: async (indices) => (await dataset.read(indices)).map((row) => withAnswer(row, field)),
    async *all() {
      for await (const row of dataset.all()) yield withAnswer(row, field);
    },
  };
}
