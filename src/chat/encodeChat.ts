import { Failure } from '../failure';
import type { AddedToken } from '../model/tokenizer/addedTokens';
import type { Tokenizer } from '../model/tokenizer/tokenizer';
import type { ChatTemplate, RenderedChat } from './chatTemplate';
import { findControlTokens, placeControlTokens } from './controlTokens';

/** A chat template and the tokenizer of its model. */
export interface ChatEncoder {
  readonly controls: readonly AddedToken[];
  /**
   * Token ids of what a template wrote. Messages are data: what they spell never becomes a control token.
   * @throws Failure "tokenizer-unknown"
   */
  encode(chat: RenderedChat): readonly number[];
  /** The token that ends an assistant's turn; undefined where the template writes none. */
  readonly endOfTurn: AddedToken | undefined;
}

export function openChatEncoder(template: ChatTemplate, tokenizer: Tokenizer): ChatEncoder {
  const controls = findControlTokens(template, tokenizer.added);
  const ids = new Set(controls.map(({ id }) => id));
  const encodePiece = tokenizer.encoderWithout(ids);
  /** A vocabulary may hold a control token's text as a piece of its own; one cut through it, and it is text again. */
  const encodeText = (text: string, opens: boolean): readonly number[] => {
    const encoded = encodePiece(text, opens);
    if (!encoded.some((id) => ids.has(id))) return encoded;
    const spelled = controls.find(({ content }) => content.length > 1 && text.includes(content));
    if (!spelled)
      throw new Failure('tokenizer-unknown', 'A message holds text that the tokenizer reads as a control token.');
    const cut = text.indexOf(spelled.content) + 1;
    return [...encodeText(text.slice(0, cut), opens), ...encodeText(text.slice(cut), false)];
  };
  return {
    controls,
    encode(chat) {
      const encoded: (readonly number[])[] = [];
      let last = 0;
      const addText = (to: number): void => {
        if (to > last) encoded.push(encodeText(chat.text.slice(last, to), last === 0));
      };
      for (const { token, from, to } of placeControlTokens(chat, controls)) {
        addText(from);
        // One that the white space of the last has swallowed is gone.
        if (to > Math.max(from, last)) encoded.push([token.id]);
        last = to;
      }
      addText(chat.text.length);
      return encoded.flat();
    },
    endOfTurn: findEndOfTurn(template, controls),
  };
}

/** The first control token that a template writes behind an assistant's content. */
function findEndOfTurn(template: ChatTemplate, controls: readonly AddedToken[]): AddedToken | undefined {
  const answer = 'answer-of-the-assistant';
  const turns = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: answer },
  ];
  for (const messages of [turns, [...turns, { role: 'user', content: 'q' }]]) {
    try {
      const chat = template.render(messages);
      const behind = chat.text.lastIndexOf(answer) + answer.length;
      const found = placeControlTokens(chat, controls).find(({ to }) => to > behind);
      if (found && behind >= answer.length) return found.token;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return undefined;
}
