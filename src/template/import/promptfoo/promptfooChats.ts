import { append } from '../../../lists';
import { isMapping } from '../../syntax/schema';
import { readImportedYaml } from '../importYaml';

/** A prompt of a configuration: one text, or the messages of a chat. */
export interface FoundPrompt {
  readonly messages: readonly { readonly role?: string; readonly content: string }[];
  /** What the configuration calls it. */
  readonly label?: string;
}

/** A text; one that is JSON or YAML of messages is a chat. @param notCarried gets what its messages hold besides */
export function textPrompt(text: string, notCarried: string[]): FoundPrompt {
  const trimmed = text.trim();
  const isJson = /^[[{]/.test(trimmed);
  const value = isJson ? parsed(trimmed, JSON.parse) : /^- role:/.test(trimmed) ? parsed(trimmed, yamlOf) : undefined;
  const found = value === undefined ? undefined : chatOf(value, notCarried);
  if (found) return found;
  if (value !== undefined)
    notCarried.push(
      'A prompt of JSON that is no chat: promptfoo escapes values in it, and here they stay as they are.',
    );
  return { messages: [{ content: text }] };
}

const yamlOf = (text: string): unknown => readImportedYaml(text, 'The prompt');

/** Tags of Nunjucks may make a text invalid until they are filled in; then it is a text. */
function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** A chat of a file in JSON or YAML; undefined where it holds none. */
export function chatInFile(text: string, notCarried: string[]): FoundPrompt | undefined {
  return chatOf(parsed(text, yamlOf), notCarried);
}

/** The messages of a chat; undefined where a value is no list of them. */
export function chatOf(value: unknown, notCarried: string[]): FoundPrompt | undefined {
  const list: unknown = isMapping(value) ? value.messages : value;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const lost = isMapping(value) ? Object.keys(value).filter((key) => key !== 'messages') : [];
  const messages: { readonly role: string; readonly content: string }[] = [];
  for (const message of list as readonly unknown[]) {
    if (!isMapping(message) || typeof message.role !== 'string') return undefined;
    const content = contentOf(message.content, lost);
    if (content === undefined) return undefined;
    messages.push({ role: message.role, content });
    append(
      lost,
      Object.keys(message).filter((key) => key !== 'role' && key !== 'content'),
    );
  }
  for (const each of lost) notCarried.push(`"${each}" of a chat, which has no counterpart.`);
  return { messages };
}

/** The text of a message, that of its parts included; undefined where it is of another kind. */
function contentOf(content: unknown, lost: string[]): string | undefined {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content) || !content.every(isMapping)) return undefined;
  return content
    .flatMap((part) => {
      if (typeof part.text === 'string') return [part.text];
      lost.push(String(part.type));
      return [];
    })
    .join('\n');
}
