import { unspacedLetters } from '../../../template/text/unspaced';

const letter = new RegExp(`[${unspacedLetters}ー々]`, 'u');

/** Whether a text holds letters of a script that puts no spaces between words. */
export const isSpaceless = (text: string): boolean => letter.test(text);

/** The white space between two words that stand beside each other. */
export const gapBetween = (word: string, next: string): '' | ' ' =>
  letter.test(lastCharacter(word)) || letter.test(firstCharacter(next)) ? '' : ' ';

const firstCharacter = (text: string): string => [...text][0] ?? '';
const lastCharacter = (text: string): string => [...text].at(-1) ?? '';

/** Its dictionaries cut all of these scripts, whatever the language that it is asked for; they take long to be read. */
let segmenter: Intl.Segmenter | undefined;

/** A text without white space, cut into words and what stands between them. */
export function segmentsOf(text: string): readonly { readonly text: string; readonly isWord: boolean }[] {
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
  return Array.from(segmenter.segment(text), ({ segment, isWordLike }) => ({
    text: segment,
    isWord: isWordLike === true,
  }));
}
