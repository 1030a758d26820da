import type { RecordSpan } from '../records';

/** Where each row of a file is: 16 bytes a row, in arrays that double as they fill. */
export interface RowIndex {
  add(span: RecordSpan): void;
  rows(): number;
  /** @throws RangeError when there is no such row. */
  span(row: number): RecordSpan;
  /** Memory the arrays hold. */
  bytes(): number;
}

/** An index without rows. */
export function createRowIndex(): RowIndex {
  let capacity = 1024;
  let rows = 0;
  let starts = new Float64Array(capacity);
  let lengths = new Uint32Array(capacity);
  let lines = new Uint32Array(capacity);
  return {
    add(span) {
      if (rows === capacity) {
        capacity *= 2;
        starts = grown(starts, new Float64Array(capacity));
        lengths = grown(lengths, new Uint32Array(capacity));
        lines = grown(lines, new Uint32Array(capacity));
      }
      starts[rows] = span.start;
      lengths[rows] = span.end - span.start;
      lines[rows] = span.line;
      rows++;
    },
    rows: () => rows,
    span(row) {
      if (!Number.isInteger(row) || row < 0 || row >= rows)
        throw new RangeError(`There is no row ${row}; the file has ${rows}.`);
      const start = starts[row]!;
      return { start, end: start + lengths[row]!, line: lines[row]! };
    },
    bytes: () => starts.byteLength + lengths.byteLength + lines.byteLength,
  };
}

function grown<Numbers extends Float64Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
