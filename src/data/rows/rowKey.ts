/**
 * The columns that distinguish rows for a template; `all` but the answer where it reads the row as a whole, and but
 * those of its fields where it is an object.
 */
export type KeyColumns =
  | { readonly names: readonly string[] }
  | { readonly all: true; readonly except?: readonly string[]; readonly exceptParts?: true };

/** Whether a column is one of those, or one of a field within (`address.city`). */
export const isColumnOf = (column: string, names: readonly string[]): boolean =>
  names.some((name) => column === name || column.startsWith(`${name}.`));

/** The columns that tell a row apart, of those that it has. */
export const namesRead = (names: readonly string[], columns: KeyColumns): readonly string[] =>
  'all' in columns ? names.filter((name) => !isExcepted(name, columns)) : columns.names;

const isExcepted = (name: string, { except = [], exceptParts }: Extract<KeyColumns, { all: true }>): boolean =>
  exceptParts ? isColumnOf(name, except) : except.includes(name);

/** Whether rows can be told apart at all. */
export const tellsRowsApart = (columns: KeyColumns): boolean => 'all' in columns || columns.names.length > 0;

/**
 * A text that two rows share when they are the same to a template: the values of the columns that it reads, as they
 * are written into a prompt, without the white space around them.
 */
export function rowKey(row: Readonly<Record<string, unknown>>, columns: KeyColumns): string {
  const names = namesRead(Object.keys(row), columns);
  return JSON.stringify(
    [...names].sort().map((name) => {
      const value = row[name];
      const written = typeof value === 'object' && value !== null ? value : String(value ?? '').trim();
      return 'all' in columns ? [name, written] : written;
    }),
  );
}
