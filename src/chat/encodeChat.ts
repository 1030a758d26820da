import type { AddedToken, ChatTokenizer } from './chatTokenizer';
import { isUntaken, type ChatTemplate } from './chatTemplate';
import { findControlTokens, placeControlTokens } from './controlTokens';
import { openMarkedEncoder, type MarkedEncoder } from './encodePieces';

/** A chat template and the tokenizer of its model; messages are data, and never become control tokens. */
export interface ChatEncoder extends MarkedEncoder {
  /** The token that ends an assistant's turn; undefined where the template writes none. */
  readonly endOfTurn: AddedToken | undefined;
}

export function openChatEncoder(template: ChatTemplate, tokenizer: ChatTokenizer): ChatEncoder {
  const controls = findControlTokens(template, tokenizer.added);
  return { ...openMarkedEncoder(controls, tokenizer), endOfTurn: findEndOfTurn(template, controls) };
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
      if (!isUntaken(error)) throw error;
    }
  }
  return undefined;
}
