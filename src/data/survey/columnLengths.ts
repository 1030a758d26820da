import type { Row } from '../format';
import { writeJson } from '../exactNumber';
import { valueText } from '../valueText';

/** How long the values of a column are, row by row, as texts in UTF-16 units; of a list or an object as JSON. */
export interface ColumnLength {
  /** `[rows]` ASCII characters */
  readonly ascii: Uint32Array;
  /** `[rows]` other characters */
  readonly other: Uint32Array;
  /** `[rows]` elements of a list, or fields of an object; absent where no row has either. */
  readonly items?: Uint32Array;
  /** `[rows]` 1 where more than white space is there. */
  readonly filled: Uint8Array;
}

export interface ColumnLengths {
  add(row: Row): void;
  lengths(): ReadonlyMap<string, ColumnLength>;
}

/** Follows how long the values of each column are. */
export function measureColumns(): ColumnLengths {
  const columns = new Map<string, Growing>();
  let rows = 0;
  return {
    add(row) {
      for (const name of Object.keys(row)) {
        let column = columns.get(name);
        if (!column)
          columns.set(
            name,
            (column = { ascii: noNumbers(), other: noNumbers(), filled: new Uint8Array(firstCapacity) }),
          );
        put(column, rows, row[name]);
      }
      rows++;
    },
    lengths: () =>
      new Map(
        Array.from(columns, ([name, { ascii, other, items, filled }]) => [
          name,
          {
            ascii: fitted(ascii, rows),
            other: fitted(other, rows),
            ...(items && { items: fitted(items, rows) }),
            filled: fitted(filled, rows),
          },
        ]),
      ),
  };
}

interface Growing {
  ascii: Uint32Array;
  other: Uint32Array;
  items?: Uint32Array;
  filled: Uint8Array;
}

type Numbers = Uint32Array | Uint8Array;

/** Few, since a table may have very many columns and hardly a row. */
const firstCapacity = 16;
const noNumbers = (): Uint32Array => new Uint32Array(firstCapacity);

function put(column: Growing, row: number, value: unknown): void {
  const length = lengthOf(value);
  column.ascii = grown(column.ascii, row);
  column.other = grown(column.other, row);
  column.ascii[row] = length.ascii;
  column.other[row] = length.other;
  column.filled = grown(column.filled, row);
  column.filled[row] = Number(length.isFilled);
  if (length.items === undefined) return;
  column.items = grown(column.items ?? noNumbers(), row);
  column.items[row] = length.items;
}

export interface ValueLength {
  readonly ascii: number;
  readonly other: number;
  readonly items?: number;
  readonly isFilled: boolean;
}

/** How long one value is, as {@link ColumnLength} counts it. */
export function lengthOf(value: unknown): ValueLength {
  const isObject = typeof value === 'object' && value !== null;
  // Whatever is written of a list or an object is no longer than its JSON.
  const text = typeof value === 'string' ? value : isObject ? writeJson(value) : valueText(value);
  let other = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) other++;
  return {
    ascii: text.length - other,
    other,
    isFilled: /\S/.test(text),
    ...(isObject && { items: Array.isArray(value) ? value.length : Object.keys(value).length }),
  };
}

function grown<T extends Numbers>(numbers: T, row: number): T {
  if (row < numbers.length) return numbers;
  const larger = new (numbers.constructor as new (length: number) => T)(Math.max(row + 1, numbers.length * 2));
  larger.set(numbers);
  return larger;
}

/** Rows behind the last that has the column have nothing. */
const fitted = <T extends Numbers>(numbers: T, rows: number): T =>
  (numbers.length >= rows ? numbers : grown(numbers, rows - 1)).slice(0, rows) as T;
