/** What of a growing answer a person sees. White space around it is no part of it, as where it is judged. */
export interface ShownText {
  /** The text that is shown with one more piece; what may still change or go is held back. */
  push(piece: string): string;
  /** Everything shown so far. */
  readonly text: string;
}

/**
 * Holds back white space until something follows it, and the last sign of a row of emoji, which a further code point
 * may turn into another one.
 */
export function openShownText(): ShownText {
  let [text, held] = ['', ''];
  return {
    push(piece) {
      held += piece;
      if (text === '') held = held.trimStart();
      const solid = held.trimEnd();
      const isOpen = solid.length === held.length;
      const shown = isOpen ? solid.slice(0, solid.length - lastEmoji(solid)).trimEnd() : solid;
      held = held.slice(shown.length);
      text += shown;
      return shown;
    },
    get text() {
      return text;
    },
  };
}

/** Code points that join others to one sign: flags, families, skin tones. */
const joining = /[\p{Regional_Indicator}\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f\u{e0020}-\u{e007f}]/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Length of the last sign of the emoji that a text ends with. */
function lastEmoji(text: string): number {
  let from = text.length;
  for (let before = lastLetter(text, from); before && joining.test(before); before = lastLetter(text, from))
    from -= before.length;
  return [...graphemes.segment(text.slice(from))].at(-1)?.segment.length ?? 0;
}

/** The code point in front of a place; undefined at the beginning. */
function lastLetter(text: string, place: number): string | undefined {
  const low = text.charCodeAt(place - 1);
  const length = low >= 0xdc00 && low <= 0xdfff ? 2 : 1;
  return place === 0 ? undefined : text.slice(Math.max(0, place - length), place);
}
