const scripts = ['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Thai', 'Lao', 'Khmer', 'Myanmar'] as const;

/** Letters of scripts whose words no space parts, as the inside of a class of characters. */
export const unspacedLetters = scripts.map((script) => `\\p{Script=${script}}`).join('');

/** They and the wide punctuation that is written among them. */
const unspaced = `[${unspacedLetters}\\u3000-\\u303f\\uff01-\\uff65\\uffe0-\\uffe6]`;
const opening = new RegExp(`^${unspaced}`, 'u');
const closing = new RegExp(`${unspaced}$`, 'u');
const anywhere = new RegExp(unspaced, 'u');

/** Whether a text begins with a letter of a script whose words no space parts. */
export const beginsUnspaced = (text: string): boolean => opening.test(text);

/** Whether a text holds a letter of such a script anywhere. */
export const holdsUnspaced = (text: string): boolean => anywhere.test(text);

/** The white space that parts a word from a text before it that ends with none itself. */
export const spaceBetween = (before: string, word: string): '' | ' ' =>
  opening.test(word) || closing.test(before) ? '' : ' ';
