import * as l10n from '@vscode/l10n';
import { Failure, type SourceLocation } from '../failure';
import { JinjaError } from './jinja/values/budget';
import { renderTemplate } from './jinja/render';
import { parseTemplate } from './jinja/syntax/statements';
import type { Statement } from './jinja/syntax/syntax';
import { dataText, joinTexts, own, ownText, stripText, Text } from './jinja/values/text';
import { valueOf, type Value } from './jinja/values/values';
import type { MarkedText } from './markedText';
import { noteRefusal, renderingBudget, requireQuick } from './stepLimit';

/** One message; templates may read more of it than role and content. */
export interface ChatMessage {
  readonly role: string;
  /** A string, a {@link Text} whose marks come through, or a list of records with a `text`. */
  readonly content: unknown;
  readonly [key: string]: unknown;
}

export interface ChatOptions {
  /** Opens the assistant's turn behind the messages. */
  readonly addGenerationPrompt?: boolean;
  /** Leaves the last message open, so that the model goes on with it. */
  readonly continueFinalMessage?: boolean;
  /** What else the template sees, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What `strftime_now` reads, as local time; the present without it. */
  readonly now?: Date;
}

/** What the model reads, as text: own is what stands in the template itself, and in no message. */
export interface RenderedChat extends MarkedText {
  /** Where each UTF-16 unit comes from: the template, or the mark that its message's {@link Text} gave it. */
  readonly marks: string;
}

export interface ChatTemplate {
  /**
   * The text that transformers' `apply_chat_template(messages, …, tokenize=False)` returns.
   * @throws Failure "chat-refused" in the template's own words, "chat-messages", "chat-template" with the line,
   * "chat-limit" for a template that does not come to an end, "chat-slow" where steps are limited
   */
  render(messages: readonly ChatMessage[], options?: ChatOptions): RenderedChat;
}

/** Most UTF-16 units of a chat template; the longest known have some twenty thousand. */
const longestTemplate = 1_000_000;

/**
 * @param template Jinja, as transformers reads it
 * @param specialTokens texts by the names under which the template knows them (`bos_token`)
 * @param location file of the template
 * @throws Failure "chat-template" with the line, "chat-limit", "chat-slow"
 */
export function openChatTemplate(
  template: string,
  specialTokens: Readonly<Record<string, string>>,
  location: SourceLocation = {},
): ChatTemplate {
  if (template.length > longestTemplate)
    throw new Failure('chat-limit', l10n.t`The chat template is too long.`, location, anotherModel());
  const statements = stopped(location, () => {
    requireQuick(template.length);
    return parseTemplate(template);
  });
  const tokens = Object.entries(specialTokens).map(([name, text]) => [name, ownText(text)] as const);
  return {
    render(messages, options = {}) {
      requireMessages(messages, options);
      const tagged = options.continueFinalMessage ? withTag(messages, template) : messages;
      const variables = new Map<string, Value>([
        ...tokens,
        ['tools', null],
        ['documents', null],
        ['add_generation_prompt', options.addGenerationPrompt ?? false],
        ...Object.entries(options.variables ?? {}).map(([name, value]) => [name, valueOf(value)] as const),
        ['messages', valueOf(tagged)],
      ]);
      const written = stopped(location, () =>
        stoppedOnce(template, messages, () => renderFrom(statements, variables, options.now)),
      );
      const { units: text, marks } = options.continueFinalMessage ? cutAtTag(written, messages) : written;
      return { text, marks, isOwn: (from, to) => marks.slice(from, to) === own.repeat(to - from) };
    },
  };
}

function renderFrom(statements: readonly Statement[], variables: ReadonlyMap<string, Value>, now = new Date()): Text {
  const text = renderTemplate(statements, variables, { now, budget: renderingBudget() });
  requireQuick(text.units.length);
  return text;
}

/** Why templates were stopped, by their text: to stop one takes about as long as a person waits. */
const endless = new Map<string, JinjaError>();
/** UTF-16 units of messages up to which it is the template that comes to no end, and not its messages. */
const shortMessages = 50_000;

/** Runs a template unless it has been stopped before. */
function stoppedOnce(template: string, messages: readonly ChatMessage[], run: () => Text): Text {
  const known = endless.get(template);
  if (known) throw known;
  try {
    return run();
  } catch (error) {
    const isStopped = error instanceof JinjaError && (error.kind === 'limit' || error.kind === 'slow');
    if (isStopped && lengthOf(messages) < shortMessages) endless.set(template, error);
    throw error;
  }
}

const lengthOf = (messages: readonly ChatMessage[]): number =>
  messages.reduce((sum, { content }) => sum + (contentLength(content) ?? shortMessages), 0);

function contentLength(content: unknown): number | undefined {
  if (typeof content === 'string') return content.length;
  return content instanceof Text ? content.units.length : undefined;
}

const anotherModel = () => l10n.t`Set tune.format to text, or use the chat template that belongs to the model.`;

/**
 * Whether a chat template does not take messages that were put before it to learn its form: of what was stopped only
 * because this process has no time for it, nothing is learned.
 */
export const isUntaken = (error: unknown): boolean => error instanceof Failure && error.code !== 'chat-slow';

/** Runs a piece of work of Jinja, whose errors are failures of the model's chat template. */
function stopped<T>(location: SourceLocation, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isTooDeep = error instanceof RangeError;
    if (!(error instanceof JinjaError) && !isTooDeep) throw error;
    const { kind, message, line } = isTooDeep
      ? { kind: 'limit', message: l10n.t`The template is nested too deeply.`, line: undefined }
      : error;
    const at = { ...location, ...(line !== undefined && { line }) };
    if (kind === 'TemplateError')
      throw new Failure(
        'chat-refused',
        l10n.t`The model's chat template refuses the messages: ${asSentence(message)}`,
        {},
        otherMessages(),
      );
    if (kind === 'slow' || kind === 'busy') {
      noteRefusal();
      throw new Failure(
        'chat-slow',
        l10n.t`The model's chat template takes more steps on this prompt than the editor waits for.`,
        at,
        l10n.t`The command line waits longer: prompt-tuner render, prompt-tuner check.`,
      );
    }
    if (kind === 'limit')
      throw new Failure(
        'chat-limit',
        l10n.t`The model's chat template was stopped: ${asSentence(message)}`,
        at,
        anotherModel(),
      );
    throw new Failure(
      'chat-template',
      l10n.t`The model's chat template fails: ${kind}: ${asSentence(message)}`,
      at,
      anotherModel(),
    );
  }
}

/** Its words are followed by others. */
const asSentence = (words: string): string => (/[.!?…]$/.test(words.trim()) ? words : `${words.trimEnd()}.`);

const otherMessages = () => l10n.t`Change the messages, or set tune.format to text.`;

function requireMessages(messages: readonly ChatMessage[], options: ChatOptions): void {
  if (messages.length === 0)
    throw new Failure(
      'chat-messages',
      l10n.t`Cannot apply chat template to an empty conversation. Provide at least one message.`,
    );
  if (options.continueFinalMessage && options.addGenerationPrompt)
    throw new Failure(
      'chat-messages',
      l10n.t`continue_final_message and add_generation_prompt are not compatible. Use continue_final_message when \
you want the model to continue the final message, and add_generation_prompt when you want to add a header that will \
prompt it to start a new assistant message instead.`,
    );
}

/** Put behind what is continued, to find its end in what the template makes of it. */
export const continueTag = 'CONTINUE_FINAL_MESSAGE_TAG ';

/** The last text of a message, which is what is continued. */
function lastText({ content }: ChatMessage): { readonly text: Text; readonly block?: number } {
  if (typeof content === 'string' || content instanceof Text) return { text: textOf(content) };
  if (Array.isArray(content))
    for (let block = content.length - 1; block >= 0; block--) {
      const { text } = (content[block] ?? {}) as { readonly text?: unknown };
      if (typeof text === 'string' || text instanceof Text) return { text: textOf(text), block };
    }
  throw new Failure(
    'chat-messages',
    l10n.t`continue_final_message is set but we could not find any text to continue in the final message!`,
  );
}

const textOf = (given: string | Text): Text => (typeof given === 'string' ? dataText(given) : given);

function withTag(messages: readonly ChatMessage[], template: string): readonly ChatMessage[] {
  if (!template.includes('content'))
    throw new Failure('chat-messages', l10n.t`The chat template reads no content that could be continued.`);
  const final = messages.at(-1)!;
  const { text, block } = lastText(final);
  const tagged = joinTexts([text, dataText(continueTag)]);
  const content =
    block === undefined
      ? tagged
      : (final.content as readonly object[]).map((part, index) => (index === block ? { ...part, text: tagged } : part));
  return [...messages.slice(0, -1), { ...final, content }];
}

/** The text up to where the last message ends; transformers, utils/chat_template_utils.py. */
function cutAtTag(written: Text, messages: readonly ChatMessage[]): Text {
  const final = lastText(messages.at(-1)!).text;
  const at = written.units.lastIndexOf(continueTag.trim());
  const shown = stripText(final, { left: true, right: true }).units;
  if (at < 0 || !written.units.includes(shown))
    throw new Failure(
      'chat-messages',
      l10n.t`continue_final_message is set but the final message does not appear in the chat after applying the chat \
template! This can happen if the chat template deletes portions of the final message.`,
    );
  const before = written.slice(0, at);
  return written.units.startsWith(continueTag, at) ? before : stripText(before, { left: false, right: true });
}
