import * as l10n from '@vscode/l10n';
import { clauses } from '../words/listed';

/** The titles of metrics, which records keep in English; what is not here is a name. */
const titles: Readonly<Record<string, () => string>> = {
  Accuracy: () => l10n.t`Accuracy`,
  'Exact match': () => l10n.t`Exact match`,
  Contains: () => l10n.t`Contains`,
  'Starts with': () => l10n.t`Starts with`,
  Pattern: () => l10n.t`Pattern`,
  Number: () => l10n.t`Number`,
  Similarity: () => l10n.t`Similarity`,
  'Levenshtein distance': () => l10n.t`Levenshtein distance`,
  'Token F1': () => l10n.t`Token F1`,
  'Length in words': () => l10n.t`Length in words`,
  'Length in characters': () => l10n.t`Length in characters`,
  'Length kept': () => l10n.t`Length kept`,
  'JSON fields F1': () => l10n.t`JSON fields F1`,
  'JSON equal': () => l10n.t`JSON equal`,
  'JSON valid': () => l10n.t`JSON valid`,
  'JSON readable': () => l10n.t`JSON readable`,
};

/** What stands behind a title and a comma. */
const conditions: Readonly<Record<string, () => string>> = {
  not: () => l10n.t`not`,
  strict: () => l10n.t`strict`,
};

/** The title of a metric in the language of whoever reads it. @param title as a record has it: `Number, not` */
export function shownTitle(title: string): string {
  const [base = '', ...behind] = title.split(', ');
  const known = Object.hasOwn(titles, base) ? titles[base] : undefined;
  if (!known) return title;
  const shown = behind.map((word) => (Object.hasOwn(conditions, word) ? conditions[word]!() : word));
  return clauses([known(), ...shown]);
}
