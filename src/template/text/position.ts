/** A position in a text; line and column count from 0, column and offset in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Offsets `[start, end)` into a text. */
export type Span = readonly [start: number, end: number];

/** The offset at which each line of a text begins; `\n`, `\r\n` and a lone `\r` all end a line. */
export interface LineTable {
  readonly length: number;
  readonly starts: readonly number[];
}

export function lineTable(text: string): LineTable {
  const starts = [0];
  for (const ending of text.matchAll(/\r\n?|\n/g)) starts.push(ending.index + ending[0].length);
  return { length: text.length, starts };
}

/** The position of an offset; offsets outside the text move to its nearest end. */
export function positionAt(table: LineTable, offset: number): Position {
  const inside = Math.min(Math.max(offset, 0), table.length);
  let low = 0;
  let high = table.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (table.starts[middle]! <= inside) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: inside - table.starts[low]!, offset: inside };
}

/** The offset of a line and column (both from 0), kept inside the text. */
export function offsetAt(table: LineTable, line: number, column: number): number {
  const start = table.starts[Math.min(Math.max(line, 0), table.starts.length - 1)]!;
  return Math.min(start + Math.max(column, 0), table.length);
}

export function rangeOf(table: LineTable, [start, end]: Span): Range {
  return { start: positionAt(table, start), end: positionAt(table, Math.max(start, end)) };
}
