import { splitWords, trimEnd } from './whiteSpace';

/** The last steps of both tokenizers, one after the other (sacrebleu's tokenizer_re). */
const splits: readonly (readonly [RegExp, string])[] = [
  [/([{-~[-` -&(-+:-@/])/g, ' $1 '],
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  [/([0-9])(-)/g, '$1 $2 '],
];

const splitPunctuation = (text: string): string[] =>
  splitWords(splits.reduce((line, [pattern, by]) => line.replace(pattern, by), text));

/** sacrebleu's tokenizer `13a`, that of the WMT's mteval-v13a. */
export function tokenise13a(text: string): string[] {
  const line = trimEnd(text).replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  const decoded = line
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return splitPunctuation(` ${decoded} `);
}

/**
 * What sacrebleu's tokenizer `zh` takes for Chinese. U+2001 to U+2A6D is a slip of its table, which is kept, since
 * scores would differ without it: curly quotes, dashes and symbols are tokens of their own, ideographs from U+20000 on
 * are none.
 */
const chinese = new RegExp(
  '[\\u2001-\\u2A6D\\u2E80-\\u2FDF\\u2FF0-\\u303F\\u3100-\\u312F\\u31A0-\\u31BF\\u31C0-\\u31EF\\u3200-\\u4DB5' +
    '\\u4E00-\\u9FBB\\uF900-\\uFA2D\\uFA30-\\uFA6A\\uFA70-\\uFAD9\\uFE10-\\uFE1F\\uFE30-\\uFE4F\\uFF00-\\uFFEF]',
  'gu',
);

/** sacrebleu's tokenizer `zh`: every Chinese character is a token. */
export const tokeniseZh = (text: string): string[] => splitPunctuation(trimEnd(text).replace(chinese, ' $& '));
