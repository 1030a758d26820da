import type { Row } from './format';
import { valueText } from './valueText';

/** The longest that the texts of a column are, in UTF-16 units. */
export interface ColumnLength {
  /** The most ASCII characters of a value, and the most others; perhaps not of the same value. */
  readonly ascii: number;
  readonly other: number;
  /** Whether each value is a text, a number, a truth value or missing: it is written as it is, wherever it stands. */
  readonly isText: boolean;
}

export interface ColumnLengths {
  add(row: Row): void;
  lengths(): ReadonlyMap<string, ColumnLength>;
}

/** Follows how long the values of each column are, row by row. */
export function measureColumns(): ColumnLengths {
  const columns = new Map<string, { ascii: number; other: number; isText: boolean }>();
  return {
    add(row) {
      for (const name of Object.keys(row)) {
        let column = columns.get(name);
        if (!column) columns.set(name, (column = { ascii: 0, other: 0, isText: true }));
        const value = row[name];
        if (typeof value === 'object' && value !== null) column.isText = false;
        else if (value !== null && value !== undefined)
          grow(column, typeof value === 'string' ? value : valueText(value));
      }
    },
    lengths: () => columns,
  };
}

function grow(column: { ascii: number; other: number }, text: string): void {
  // Neither part of a text can be longer than the text.
  if (text.length <= column.ascii && text.length <= column.other) return;
  let other = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) other++;
  column.ascii = Math.max(column.ascii, text.length - other);
  column.other = Math.max(column.other, other);
}
