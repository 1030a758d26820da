/** Letters and digits that are written from right to left: the blocks of Unicode with class R or AL (UAX #9). */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A label, answer or name for the middle of a sentence: what is written from right to left stands in an isolate
 * (U+2068 … U+2069), so that it does not turn the words and numbers around it. Any other text comes back as it is.
 */
export function isolated(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}
