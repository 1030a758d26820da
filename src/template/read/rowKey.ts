import { messagesColumn } from '../render/rowMessages';
import type { Analysis } from './analysis';

/** The columns that distinguish rows for a template; `all` but the answer where it reads the row as a whole. */
export type KeyColumns = { readonly names: readonly string[] } | { readonly all: true; readonly except?: string };

/** The columns that a template reads, those that a row may lack included: whatever can make two prompts differ. */
export function keyColumns({ usage, output }: Pick<Analysis, 'usage' | 'output'>): KeyColumns {
  if (usage?.readsWholeRow) return { all: true, ...(output && { except: output.name }) };
  const names = (usage?.variables ?? []).map(({ name }) => name);
  const read = new Set((usage?.histories.length ?? 0) > 0 ? [...names, messagesColumn] : names);
  return { names: [...read].filter((name) => name !== output?.name) };
}

/** Whether rows can be told apart at all. */
export const tellsRowsApart = (columns: KeyColumns): boolean => 'all' in columns || columns.names.length > 0;

/**
 * A text that two rows share when they are the same to a template: the values of the columns that it reads, as they
 * are written into a prompt, without the white space around them.
 */
export function rowKey(row: Readonly<Record<string, unknown>>, columns: KeyColumns): string {
  const names = 'all' in columns ? Object.keys(row).filter((name) => name !== columns.except) : columns.names;
  return JSON.stringify(
    [...names].sort().map((name) => {
      const value = row[name];
      const written = typeof value === 'object' && value !== null ? value : String(value ?? '').trim();
      return 'all' in columns ? [name, written] : written;
    }),
  );
}
