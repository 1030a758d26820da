import { missing } from './formatNumbers';

/** Undefined and null are a number or text that there is not. */
export type Cell = string | number | null | undefined;

export type Alignment = 'left' | 'right';

/** A table before it is one of CSV, JSON, Markdown or plain text. Numbers are written as they are, in full. */
export interface Table {
  /** Titles of the columns; none for a list of facts. */
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** A side for each column; left out, numbers stand on the right and texts on the left. */
  readonly alignment?: readonly Alignment[];
}

/**
 * The table as CSV (RFC 4180): fields with separators, quotes or line ends are quoted, lines end in CR LF.
 * Text that a spreadsheet might take for a formula is kept from it by an apostrophe.
 */
export function asCsv({ headings, rows }: Table): string {
  const lines = headings.length > 0 ? [headings, ...rows] : rows;
  return lines.map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}

function csvField(cell: Cell): string {
  const text = String(cell ?? '');
  const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The table as a list of objects, one a row, under the headings; null where there is nothing. */
export function asJson({ headings, rows }: Table): string {
  const objects = rows.map((row) =>
    Object.fromEntries(headings.map((heading, column) => [heading, row[column] ?? null])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** The table for a note or an issue, in GitHub's Markdown, without a line end after it. */
export function asMarkdown(table: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const width = columnsOf(table);
  const textsOf = (row: readonly Cell[]) => filled(row, width).map((cell) => escapeMarkdown(textOf(cell)));
  const sides = alignmentOf(table).map((side) => (side === 'right' ? '---:' : '---'));
  return [textsOf(table.headings), sides, ...table.rows.map(textsOf)].map(line).join('\n');
}

/** Text that reads as it is in Markdown, on one line, also in a cell of a table. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s*[\r\n\v\f\u0085\u2028\u2029]\s*/g, ' ')
    .replace(/[\\|`*_~&]|<(?=[a-z/!?])|\](?=[([:])/gi, (character) => `\\${character}`);
}

/** The table as text for a terminal: columns two spaces apart, padded to their widest cell; no line ends in a space. */
export function asText(table: Table): string {
  const width = columnsOf(table);
  const lines = (table.headings.length > 0 ? [table.headings, ...table.rows] : table.rows).map((row) =>
    filled(row, width).map(textOf),
  );
  const alignment = alignmentOf(table);
  const widths = alignment.map((_, column) => lines.reduce((most, cells) => Math.max(most, cells[column]!.length), 0));
  const padded = (cell: string, column: number) =>
    alignment[column] === 'left' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return lines.map((cells) => cells.map(padded).join('  ').trimEnd()).join('\n');
}

function textOf(cell: Cell): string {
  return String(cell ?? missing);
}

/** A row that ends early has empty cells. */
function filled(row: readonly Cell[], width: number): readonly Cell[] {
  return Array.from({ length: width }, (_, column) => (column < row.length ? row[column] : ''));
}

function columnsOf({ headings, rows }: Table): number {
  return rows.reduce((most, row) => Math.max(most, row.length), headings.length);
}

function alignmentOf(table: Table): readonly Alignment[] {
  const { alignment, rows } = table;
  const isNumber = (cell: Cell) => typeof cell !== 'string' || /^[–−+\d]/.test(cell);
  return Array.from(
    { length: columnsOf(table) },
    (_, column): Alignment =>
      alignment?.[column] ??
      (!alignment && rows.length > 0 && rows.every((row) => isNumber(row[column])) ? 'right' : 'left'),
  );
}
