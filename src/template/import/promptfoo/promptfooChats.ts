import * as l10n from '@vscode/l10n';
import { append } from '../../../lists';
import type { Role } from '../../render/renderedPrompt';
import { isMapping } from '../../syntax/schema';
import { readImportedYaml } from '../importYaml';
import { developerNote, templateRole } from '../messages/messageRoles';
import { chatTemplateOf, looksLikeChat, type ChatElement, type History } from './promptfooTemplates';

/** A message, which without a role is a prompt of one text; or the place of the messages of a variable. */
export type FoundMessage = { readonly role?: Role; readonly content: string } | { readonly history: History };

/** A prompt of a configuration: one text, or the messages of a chat. */
export interface FoundPrompt {
  readonly messages: readonly FoundMessage[];
  /** What the configuration calls it. */
  readonly label?: string;
  /** Why there is no template for it. */
  readonly refused?: string;
}

const refuse = (refused: string): FoundPrompt => ({ messages: [], refused });

/**
 * A text; one that is JSON or YAML of messages, or becomes that when it is filled in, is a chat.
 * @param notCarried gets what its messages hold besides
 */
export function textPrompt(text: string, notCarried: string[]): FoundPrompt {
  const value = /^\s*[[{]/.test(text) ? parsed(text, JSON.parse) : undefined;
  const found = value === undefined ? filledChat(text, notCarried) : chatOf(value, notCarried);
  if (found) return found;
  if (value !== undefined)
    notCarried.push(
      l10n.t`A prompt of JSON that is no chat: promptfoo escapes values in it, and here they stay as they are.`,
    );
  return { messages: [{ content: text }] };
}

function filledChat(text: string, notCarried: string[]): FoundPrompt | undefined {
  const elements = chatTemplateOf(text);
  const found = elements && messagesOf(elements, notCarried);
  if (found || !looksLikeChat(text)) return found;
  return refuse(l10n.t`it is a list of messages once it is filled in, whose loops and conditions have no counterpart`);
}

/** Tags of Nunjucks may make a text invalid until they are filled in. */
function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The value of a file in YAML or JSON; undefined where it is neither. */
export const valueInFile = (text: string): unknown =>
  parsed(text, (each) => readImportedYaml(each, l10n.t`The prompt`));

/** The messages of a chat; undefined where a value is no list of them. */
export function chatOf(value: unknown, notCarried: string[]): FoundPrompt | undefined {
  const list: unknown = isMapping(value) ? value.messages : value;
  if (!Array.isArray(list)) return undefined;
  const lost = isMapping(value) ? Object.keys(value).filter((key) => key !== 'messages') : [];
  const notes: string[] = lost.map(lostKey);
  const found = messagesOf(
    list.map((each: unknown) => ({ value: each })),
    notes,
  );
  if (found) append(notCarried, notes);
  return found;
}

const lostKey = (key: string): string => l10n.t`"${key}" of a chat, which has no counterpart.`;

function messagesOf(elements: readonly ChatElement[], notCarried: string[]): FoundPrompt | undefined {
  if (elements.length === 0) return undefined;
  const notes: string[] = [];
  const messages: FoundMessage[] = [];
  for (const [i, element] of elements.entries()) {
    if ('history' in element) {
      messages.push({ history: element.history });
      continue;
    }
    const { value } = element;
    if (!isMapping(value) || typeof value.role !== 'string') return undefined;
    const role = templateRole(value.role);
    if (role === undefined)
      return refuse(
        l10n.t`its message ${i + 1} is of the role ${JSON.stringify(value.role)}, and a template has those of \
system, user and model`,
      );
    if (value.role.trim().toLowerCase() === 'developer') notes.push(developerNote());
    const content = contentOf(value.content, notes);
    if (content === undefined) return undefined;
    messages.push({ role, content });
    for (const key of Object.keys(value)) if (key !== 'role' && key !== 'content') notes.push(lostKey(key));
  }
  append(notCarried, notes);
  return { messages };
}

/** The text of a message, that of its parts included; undefined where it is of another kind. */
function contentOf(content: unknown, notes: string[]): string | undefined {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  if (typeof content === 'number' || typeof content === 'boolean') return String(content);
  if (!Array.isArray(content) || !content.every(isMapping)) return undefined;
  return content
    .flatMap((part) => {
      if (typeof part.text === 'string') return [part.text];
      notes.push(lostKey(String(part.type)));
      return [];
    })
    .join('');
}
