/**
 * White space as Python's `str.split()` and `\s` have it, which are not JavaScript's: with the separators U+001C to
 * U+001F and U+0085, without the byte order mark.
 */
const space = '\\u0009-\\u000D\\u001C-\\u0020\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000';

const spaces = new RegExp(`[${space}]+`, 'g');
const atEnd = new RegExp(`[${space}]+$`);

/** The words between white space; none of an empty text. */
export const splitWords = (text: string): string[] => text.split(spaces).filter((word) => word !== '');

/** Without white space at the end. */
export const trimEnd = (text: string): string => text.replace(atEnd, '');

/** Without any white space. */
export const withoutSpace = (text: string): string => text.replace(spaces, '');
