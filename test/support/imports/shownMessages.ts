import { openChatTemplate } from '../../../src/chat/chatTemplate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import type { PromptTemplate } from '../../../src/template/read/template';
import type { PromptChat } from '../../../src/template/render/promptEncoder';
import { renderPrompt } from '../../../src/template/render/render';

/** A message as other tools have it: [role, text]. */
export type Said = readonly [role: string, text: string];

/** A chat template that shows every message as it is. */
const everything = openChatTemplate(
  "{% for message in messages %}{{ '<' + message['role'] + '>' + message['content'] + '</>' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}",
  {},
);

/** The messages that a template makes of a row, as a model with a chat template reads them. */
export function shownMessages(template: PromptTemplate, row: Readonly<Record<string, unknown>>): readonly Said[] {
  const { trimMessages } = resolveSettings(template, 'hard', {});
  const chat = { template: everything, variables: {}, trimMessages, examplesAs: 'written' } as unknown as PromptChat;
  const { messages = [] } = renderPrompt(template, row, { chat });
  return messages.map(({ role, segments }) => [
    role === 'model' ? 'assistant' : role,
    segments.map((segment) => (segment.kind === 'text' ? segment.text : '')).join(''),
  ]);
}
