/** A table of texts and numbers, before it is one of HTML, Markdown or CSV. */
export interface PlainTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** RFC 4180: fields with separators, quotes or line ends are quoted. Text that a spreadsheet might take for a formula is kept from it by an apostrophe. */
export function asCsv({ headings, rows }: PlainTable): string {
  const field = (value: string | number | null): string => {
    const text =
      value === null ? '' : typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [headings, ...rows].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}

/** A list of objects, one a row, under the headings. */
export function asJson({ headings, rows }: PlainTable): string {
  return `${JSON.stringify(
    rows.map((row) => Object.fromEntries(headings.map((heading, index) => [heading, row[index] ?? null]))),
    null,
    2,
  )}\n`;
}

/** For a note or an issue; columns of numbers stand on the right. */
export function asMarkdown({ headings, rows }: PlainTable): string {
  const line = (cells: readonly (string | number | null)[]): string =>
    `| ${cells
      .map((cell) =>
        String(cell ?? '–')
          .replaceAll('|', '\\|')
          .replaceAll('\n', ' '),
      )
      .join(' | ')} |`;
  const right = headings.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[–−+\d]/.test(String(row[column] ?? '–'))),
  );
  return [line(headings), line(right.map((numbers) => (numbers ? '---:' : '---'))), ...rows.map(line)].join('\n');
}
