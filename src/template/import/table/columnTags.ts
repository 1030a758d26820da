import { helperShapes } from '../../syntax/helpers';

/**
 * Whether a template can name a column: Handlebars reads no line break between its brackets, and takes a bracket behind
 * a backslash for a letter.
 */
export const isNameable = (column: string): boolean => column !== '' && !/[\r\n]|\\$/.test(column);

/** Whether a name would call a helper where it stands alone. */
export const isHelper = (column: string): boolean => Object.hasOwn(helperShapes, column) || column === 'else';

/** A column as it stands between braces: `text`, `[first name]`, `this.[role]`. */
export function columnPath(column: string): string {
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(column) && !isHelper(column) && !reserved.test(column)) return column;
  const bracketed = `[${column.replace(/[\\\]]/g, '\\$&')}]`;
  return isHelper(column) ? `this.${bracketed}` : bracketed;
}

const reserved = /^(?:this|true|false|null|undefined|as)$/;

/** Whether Picoschema takes a name for itself, and nothing in it for a type, a mark or an order of its own. */
export const isPlainKey = (column: string): boolean =>
  /^[^()?*,:]+$/.test(column) && column.trim() === column && !/^(?:type|properties)$/.test(column);

/** A column as a person reads it: `First name` for `first_name` and `firstName`. */
export function columnCaption(column: string): string {
  const words = column
    .trim()
    .replace(/[_\s]+/g, ' ')
    .replace(/(\p{Ll})(\p{Lu})/gu, (_, before: string, behind: string) => `${before} ${behind.toLowerCase()}`)
    .replace(/[:：]+$/u, '')
    .trim();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The same within a sentence: `first name`; names in capitals stay. */
export function columnInSentence(column: string): string {
  const caption = columnCaption(column);
  return /^\p{Lu}\p{Lu}/u.test(caption) ? caption : caption.slice(0, 1).toLowerCase() + caption.slice(1);
}
