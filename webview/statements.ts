import * as l10n from '@vscode/l10n';

/** Statements one after another, each ended as the language ends a sentence. */
export function statements(each: readonly string[]): string {
  return each.map((statement) => l10n.t`${statement}.`).join(' ');
}
