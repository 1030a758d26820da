import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import type { AddedToken, ChatTokenizer } from './chatTokenizer';
import { placeControlTokens } from './controlTokens';
import type { MarkedText } from './markedText';

/** A control token, or the text between two, and its tokens. */
export interface EncodedPiece {
  /** UTF-16 units of the whole text. */
  readonly from: number;
  readonly to: number;
  readonly ids: readonly number[];
  /** Tokens of another text in place of this piece's, as data; absent for a control token. */
  readonly encode?: (text: string) => readonly number[];
}

export interface MarkedEncoder {
  readonly controls: readonly AddedToken[];
  /**
   * Cuts a text at its control tokens and encodes what stands between as text. The last piece is one of text, empty
   * where a control token ends the whole.
   * @throws Failure "tokenizer-unknown"
   */
  pieces(marked: MarkedText): readonly EncodedPiece[];
}

/** @param controls tokens that stand only where no unit of their text is data */
export function openMarkedEncoder(controls: readonly AddedToken[], tokenizer: ChatTokenizer): MarkedEncoder {
  const ids = new Set(controls.map(({ id }) => id));
  const encodePiece = tokenizer.encoderWithout(ids);
  /** A vocabulary may hold a control token's text as a piece of its own; one cut through it, and it is text again. */
  const encodeText = (text: string, opens: boolean): readonly number[] => {
    const encoded = text === '' ? [] : encodePiece(text, opens);
    if (!encoded.some((id) => ids.has(id))) return encoded;
    const spelled = controls.find(({ content }) => content.length > 1 && text.includes(content));
    if (!spelled)
      throw new Failure('tokenizer-unknown', l10n.t`A message holds text that the tokenizer reads as a control token.`);
    const cut = text.indexOf(spelled.content) + 1;
    return [...encodeText(text.slice(0, cut), opens), ...encodeText(text.slice(cut), false)];
  };
  return {
    controls,
    pieces(marked) {
      const { text } = marked;
      const pieces: EncodedPiece[] = [];
      let last = 0;
      let swallowsSpace = false;
      const addText = (to: number): void => {
        const [opens, strips] = [last === 0, swallowsSpace];
        const encode = (other: string): readonly number[] =>
          encodeText(strips ? other.replace(/^\p{White_Space}+/u, '') : other, opens);
        pieces.push({ from: last, to, encode, ids: encode(text.slice(last, to)) });
      };
      for (const { token, from, to } of placeControlTokens(marked, controls)) {
        if (from > last) addText(from);
        // One that the white space of the last has swallowed is gone.
        if (to > Math.max(from, last)) pieces.push({ from: Math.max(from, last), to, ids: [token.id] });
        last = to;
        swallowsSpace = token.rstrip;
      }
      addText(text.length);
      return pieces;
    },
  };
}
