import { isUntaken, openChatTemplate, type ChatTemplate } from '../../chat/chatTemplate';
import { openChatEncoder, type ChatEncoder } from '../../chat/encodeChat';
import { findChatTemplate, namedSpecialTokens } from '../../chat/findChatTemplate';
import { plainChatTemplate } from '../../chat/plainChatTemplate';
import { templateVariables } from '../../chat/templateVariables';
import { formatSettings, type FormatSettings } from '../settings/formatSettings';
import type { ExamplesAs } from '../settings/settings';
import type { TokenEncoder } from '../text/tokenEncoder';
import { formatOf } from './promptForm';

/** How a model reads messages. */
export interface PromptChat extends ChatEncoder {
  readonly template: ChatTemplate;
  /** The chat template, as Jinja. */
  readonly source: string;
  /** Whether it is the form that base models get, since the model has none of its own. */
  readonly isPlain: boolean;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Texts by the names under which the template knows them (`bos_token`). */
  readonly specialTokens: Readonly<Record<string, string>>;
  /** The day that the template reads as today's, `2026-03-14`; absent where it reads none. */
  readonly day?: string;
  /**
   * What the template writes between the opening of the model's turn and what the model says: a space in the form of
   * Llama 2, nothing in most.
   */
  readonly lead: string;
  readonly trimMessages: boolean;
  readonly examplesAs: ExamplesAs;
}

/** A tokenizer that reads a template's prompts in the form that its settings ask for. */
export interface PromptEncoder extends TokenEncoder {
  /** Absent where the prompt is one text. */
  readonly chat?: PromptChat;
}

const opened = new WeakMap<TokenEncoder, Map<string, PromptEncoder>>();

/**
 * The tokenizer with what a template's settings make of messages.
 * @param day `2026-03-14`, which a chat template reads as today's; at its beginning, so that one day has one prompt.
 * Today, where it is left out
 * @throws Failure "chat-missing", "chat-template", "chat-limit"
 */
export function promptEncoder<Encoder extends TokenEncoder>(
  encoder: Encoder,
  settings: FormatSettings,
  day?: string,
): Encoder & PromptEncoder {
  if (formatOf(encoder, settings) === 'text') return encoder;
  const { chat, trimMessages, examplesAs } = formatSettings(settings);
  const key = JSON.stringify([chat, trimMessages, examplesAs, day]);
  const known = opened.get(encoder) ?? new Map<string, PromptEncoder>();
  opened.set(encoder, known);
  const found = known.get(key) ?? {
    ...encoder,
    chat: { ...openChat(encoder, chat, day), trimMessages, examplesAs },
  };
  known.set(key, found);
  return found as Encoder & PromptEncoder;
}

function openChat(
  { added = [], encoderWithout, chatTemplates }: TokenEncoder,
  { chat_template: name, ...given }: Readonly<Record<string, unknown>>,
  day: string | undefined,
): Omit<PromptChat, 'trimMessages' | 'examplesAs'> {
  if (!encoderWithout) throw new Error('A tokenizer that reads messages tells control tokens from text.');
  const location = { file: chatTemplates?.file };
  const written = chatTemplates && findChatTemplate(chatTemplates, name);
  const source = written ?? plainChatTemplate;
  const specialTokens = namedSpecialTokens(chatTemplates?.settings ?? {});
  const readsDay = source.includes('strftime_now') && day !== undefined;
  const opened = openChatTemplate(source, specialTokens, written === undefined ? {} : location);
  const template = readsDay ? onDay(opened, day) : opened;
  const variables = { ...switchesOff(source), ...given };
  return {
    ...openChatEncoder(template, { added, encoderWithout }),
    template,
    source,
    isPlain: written === undefined,
    variables,
    specialTokens,
    ...(readsDay && { day }),
    lead: leadOfTurn(template, variables),
  };
}

/** A chat template that takes a day for today. */
const onDay = ({ render }: ChatTemplate, day: string): ChatTemplate => ({
  // Without a zone it is local time, which templates write.
  render: (messages, options) => render(messages, { now: new Date(`${day}T00:00:00`), ...options }),
});

/** Names under which chat templates know whether the model thinks before it answers. */
const thinkingSwitches = ['enable_thinking', 'thinking'];

/** A label is not the first word of a thought: models that can do without thinking are asked to. */
function switchesOff(source: string): Readonly<Record<string, unknown>> {
  const read = templateVariables(source);
  return Object.fromEntries(thinkingSwitches.filter((name) => read.includes(name)).map((name) => [name, false]));
}

/** What stands between the generation prompt and the answer in a conversation that is over. */
function leadOfTurn(template: ChatTemplate, variables: Readonly<Record<string, unknown>>): string {
  const question = { role: 'user', content: 'question' };
  const answer = 'answer-of-the-assistant';
  try {
    const open = template.render([question], { addGenerationPrompt: true, variables }).text;
    const { text } = template.render([question, { role: 'assistant', content: answer }], { variables });
    const lead = text.startsWith(open) ? text.slice(open.length, text.indexOf(answer, open.length)) : '';
    return lead.trim() === '' ? lead : '';
  } catch (error) {
    if (isUntaken(error)) return '';
    throw error;
  }
}
