import { ExactNumber, writeJson } from './exactNumber';

/**
 * A value of a row as text: nothing for null, JSON for objects and for lists that hold some, everything else as
 * Handlebars writes it.
 */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return holdsObject(value) ? writeJson(value) : String(value);
}

function holdsObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return false;
  return !Array.isArray(value) || value.some(holdsObject);
}
