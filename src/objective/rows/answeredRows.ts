import type { Dataset } from '../../data/dataset';
import { fieldsWithoutColumn } from '../../template/answer/composeAnswer';
import type { OutputField } from '../../template/read/template';
import { messagesColumn, withAnswer } from '../../template/render/chat/rowMessages';

/**
 * A data file whose rows have a column for their answer, also where their messages end with it or where it is an
 * object of several columns.
 */
export function answeredRows(
  dataset: Dataset,
  output: Pick<OutputField, 'name' | 'object'>,
  { isTable }: { readonly isTable: boolean },
): Dataset {
  const hasMessages = dataset.columns.includes(messagesColumn);
  if (!output.object && !hasMessages) return dataset;
  const answered = (row: Awaited<ReturnType<Dataset['read']>>[number], index: number) =>
    withAnswer(row, output, { isTable, location: { file: dataset.path, line: dataset.lineOf(index) } });
  const isThere = hasMessages || fieldsWithoutColumn(dataset.columns, output.object!).required.length === 0;
  return {
    ...dataset,
    columns: isThere ? [...new Set([...dataset.columns, output.name])] : dataset.columns,
    read: async (indices) => (await dataset.read(indices)).map((row, i) => answered(row, indices[i]!)),
    async *all() {
      let index = 0;
      for await (const row of dataset.all()) yield answered(row, index++);
    },
  };
}
