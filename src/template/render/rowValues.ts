import * as l10n from '@vscode/l10n';
import { Failure, type SourceLocation } from '../../failure';
import type { PromptTemplate } from '../read/template';

/**
 * A row that lacks a value, or has null for it, would read as if it were empty.
 * @throws Failure `data-column` where the template reads the value without asking first whether it is there
 */
export function requireRowValues(
  { rowVariables, path }: Pick<PromptTemplate, 'rowVariables' | 'path'>,
  row: Readonly<Record<string, unknown>>,
  location: SourceLocation,
): void {
  const lacking = rowVariables.find((name) => {
    const value = Object.hasOwn(row, name) ? row[name] : undefined;
    return value === undefined || value === null;
  });
  if (lacking === undefined) return;
  throw new Failure(
    'data-column',
    l10n.t`The row has no "${lacking}", which the template reads.`,
    location,
    l10n.t`Fill it in, or let ${path} ask for it: ${`{{#if ${lacking}}}`} … {{/if}}.`,
  );
}
