import type { Analysis } from './analysis';
import { requiredVariables } from './template';

/** The columns whose values distinguish rows for a template. */
export function keyColumns(analysis: Analysis): readonly string[] {
  return requiredVariables(analysis);
}

/**
 * A text that two rows share when they are the same to a template: the values of the columns that it reads.
 * @param names the columns, in any order
 */
export function rowKey(row: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  return JSON.stringify(
    [...names].sort().map((name) => {
      const value = row[name];
      return typeof value === 'string' || value === null || value === undefined ? String(value ?? '').trim() : value;
    }),
  );
}
