import type { AddedToken } from './chatTokenizer';
import { isUntaken, type ChatTemplate, type RenderedChat } from './chatTemplate';
import type { MarkedText } from './markedText';

/** A control token in its place: UTF-16 units of the text that it stands for, white space that it takes with it too. */
export interface PlacedToken {
  readonly token: AddedToken;
  readonly from: number;
  readonly to: number;
}

const plain = [
  [{ role: 'user', content: 'a' }],
  [
    { role: 'system', content: 'b' },
    { role: 'user', content: 'a' },
  ],
  [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'c' },
    { role: 'user', content: 'd' },
  ],
];

/**
 * The tokens that end and begin turns: added tokens flagged special, and those that the template itself writes around
 * plain messages (DeepSeek V3 does not flag its own).
 */
export function findControlTokens(template: ChatTemplate, added: readonly AddedToken[]): readonly AddedToken[] {
  const visible = added.filter(({ content }) => content.trim() !== '');
  const markers = new Set<AddedToken>();
  for (const messages of plain) {
    const chat = renderUnlessRefused(template, messages);
    for (const { token } of chat ? placeControlTokens(chat, visible) : []) markers.add(token);
  }
  return added.filter((token) => token.special || markers.has(token));
}

function renderUnlessRefused(
  template: ChatTemplate,
  messages: readonly { readonly role: string; readonly content: string }[],
): RenderedChat | undefined {
  try {
    return template.render(messages, { addGenerationPrompt: true });
  } catch (error) {
    // A template without a system role says nothing of the other conversations.
    if (isUntaken(error)) return undefined;
    throw error;
  }
}

const isSpace = (letter: string | undefined): boolean => letter !== undefined && /\p{White_Space}/u.test(letter);
const endsInWord = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const beginsInWord = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

/** Where control tokens stand, leftmost and longest first: only where none of their characters is data. */
export function placeControlTokens(marked: MarkedText, controls: readonly AddedToken[]): readonly PlacedToken[] {
  const byLetter = new Map<string, AddedToken[]>();
  for (const token of [...controls].sort((a, b) => b.content.length - a.content.length)) {
    const letter = token.content.charAt(0);
    if (letter !== '') byLetter.set(letter, [...(byLetter.get(letter) ?? []), token]);
  }
  const { text } = marked;
  const placed: PlacedToken[] = [];
  let last = 0;
  for (let i = 0; i < text.length; i++) {
    const token = byLetter
      .get(text[i]!)
      ?.find(({ content }) => text.startsWith(content, i) && marked.isOwn(i, i + content.length));
    if (!token) continue;
    const end = i + token.content.length;
    if (
      !token.singleWord ||
      !(endsInWord.test(text.slice(0, i).slice(-2)) || beginsInWord.test(text.slice(end, end + 2)))
    ) {
      let [from, to] = [i, end];
      while (token.lstrip && from > last && isSpace(text[from - 1])) from--;
      while (token.rstrip && isSpace(text[to])) to++;
      placed.push({ token, from, to });
      last = to;
    }
    i = end - 1;
  }
  return placed;
}
