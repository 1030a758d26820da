import type { Dataset } from '../dataset';

/** A data file without some of its rows, counted anew; lines stay those of the file. @param hidden row numbers */
export function withoutRows(dataset: Dataset, hidden: readonly number[]): Dataset {
  if (hidden.length === 0) return dataset;
  const left = new Set(hidden);
  const kept = Uint32Array.from(
    (function* () {
      for (let row = 0; row < dataset.rows; row++) if (!left.has(row)) yield row;
    })(),
  );
  return {
    ...dataset,
    rows: kept.length,
    read: (indices) => dataset.read(indices.map((index) => kept[index]!)),
    lineOf: (index) => dataset.lineOf(kept[index]!),
    async *all() {
      let row = 0;
      for await (const values of dataset.all()) if (!left.has(row++)) yield values;
    },
  };
}
