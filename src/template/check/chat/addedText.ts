import { isUntaken } from '../../../chat/chatTemplate';
import type { PromptChat } from '../../render/promptEncoder';
import type { RenderedPrompt } from '../../render/renderedPrompt';

export interface AddedText {
  /** On one line. */
  readonly text: string;
  /** Whether a system message of one's own stands in its place. */
  readonly isReplaced: boolean;
}

/** Words in a row, which no name of a role and no heading of a turn has. */
const sentence = /\p{L}+[^\p{L}]+\p{L}+[^\p{L}]+\p{L}+/u;
/** A mark of a turn that the tokenizer knows as plain text: `<|user|>`, `[/INST]`, `<<SYS>>`. */
const writtenMark = /<{1,2}[^<>\s]+>{1,2}|\[\/?[A-Z_]+\]/;
const heading = /^\s*(?:system|user|assistant|model)\s*\n/i;
const longest = 160;

/** What a chat template says by itself between the turns of a prompt, such as a system text that nobody wrote. */
export function addedText(
  { segments }: RenderedPrompt,
  { chat }: { readonly chat: PromptChat },
): AddedText | undefined {
  if (chat.isPlain) return undefined;
  const marks = chat.controls.map(({ content }) => content).filter((content) => content.trim() !== '');
  const parts = segments.flatMap((segment) =>
    segment.kind === 'text' && segment.own ? cutAt(segment.text, marks) : [],
  );
  const found = parts.map((part) => part.replace(heading, '').trim()).find((part) => sentence.test(part));
  if (found === undefined) return undefined;
  const text = found.replace(/\s+/g, ' ');
  return {
    text: text.length > longest ? `${[...text].slice(0, longest).join('')}…` : text,
    isReplaced: !writesBesides(chat, found),
  };
}

const cutAt = (text: string, marks: readonly string[]): readonly string[] =>
  marks
    .reduce<readonly string[]>((parts, mark) => parts.flatMap((part) => part.split(mark)), [text])
    .flatMap((part) => part.split(writtenMark));

const replaced = new WeakMap<PromptChat['template'], Map<string, boolean>>();

/** Whether a text is also written where there is a system message; known of a chat template once and for all. */
function writesBesides({ template, variables }: PromptChat, text: string): boolean {
  const known = replaced.get(template) ?? new Map<string, boolean>();
  replaced.set(template, known);
  const found = known.get(text) ?? render();
  known.set(text, found);
  return found;

  function render(): boolean {
    const messages = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'u' },
    ];
    try {
      return template.render(messages, { addGenerationPrompt: true, variables }).text.includes(text);
    } catch (error) {
      if (isUntaken(error)) return true;
      throw error;
    }
  }
}
