import { valueText } from '../data/valueText';

/** What may be answered to a row: the items of a list, each as text; of anything else its text; of nothing, none. */
export function referencesOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map(valueText);
}
