/** Letters of scripts whose words no space parts, and the wide punctuation that is written among them. */
const unspaced =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Bopomofo}\\p{Script=Thai}\\p{Script=Lao}' +
  '\\p{Script=Khmer}\\p{Script=Myanmar}\\u3000-\\u303f\\uff01-\\uff65\\uffe0-\\uffe6]';
const opening = new RegExp(`^${unspaced}`, 'u');
const closing = new RegExp(`${unspaced}$`, 'u');

/** Whether a text begins with a letter of a script whose words no space parts. */
export const beginsUnspaced = (text: string): boolean => opening.test(text);

/** Whether a text holds a letter of such a script anywhere. */
export const holdsUnspaced = (text: string): boolean => new RegExp(unspaced, 'u').test(text);

/** The white space that parts a word from a text before it that ends with none itself. */
export const spaceBetween = (before: string, word: string): '' | ' ' =>
  opening.test(word) || closing.test(before) ? '' : ' ';
