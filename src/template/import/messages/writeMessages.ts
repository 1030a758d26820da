import type { Role } from '../../render/renderedPrompt';
import { HandlebarsText } from '../handlebarsText';

/** A message of a template, or the place of the messages that a row brings. */
export type TemplateMessage =
  | {
      /** Without one, text before any role, which is the user's. */
      readonly role?: Role;
      /** What it says, as Handlebars. */
      readonly body: string;
    }
  | { readonly role: 'history' };

export interface MessageBody {
  readonly body: string;
  /** Settings that the messages need to stay as they are. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * The body of a template with these messages and the answer slot. What the last message says as the model is the
 * beginning of the answer, and stands right before the slot. Each message stands on lines of its own, unless one ends
 * with white space, which would be taken for the template's layout.
 */
export function writeMessages(messages: readonly TemplateMessage[], answer: string): MessageBody {
  const isExact = messages.some((message, i) => {
    if (message.role === 'history' || message.role === undefined) return false;
    return !isPrefill(messages, i) && mayEndWithSpace(message.body);
  });
  const written = new HandlebarsText();
  const layout = isExact ? '' : '\n';
  messages.forEach((message, i) => {
    if (message.role === 'history') written.tag({ inner: 'history' });
    else {
      if (message.role !== undefined) written.tag({ inner: `role "${message.role}"` });
      written.handlebars(message.role === undefined || message.body === '' ? message.body : layout + message.body);
    }
    const slotFollows = i === messages.length - 1 && (message.role === 'history' || isPrefill(messages, i));
    if (!slotFollows) written.handlebars(layout);
  });
  written.tag({ inner: answer });
  return {
    body: written.text(),
    settings: { ...settingsOf(messages), ...(isExact && { 'tune.trimMessages': false }) },
  };
}

/** As one text, a prompt would show nothing of a row's messages. */
const settingsOf = (messages: readonly TemplateMessage[]): Readonly<Record<string, unknown>> =>
  messages.some(({ role }) => role === 'history') ? { 'tune.format': 'chat' } : {};

/** Whether a message is the model's, behind which only the answer comes. */
function isPrefill(messages: readonly TemplateMessage[], i: number): boolean {
  const message = messages[i]!;
  return i === messages.length - 1 && message.role === 'model' && message.body !== '';
}

/** Whether what a body renders may end with white space that is no value's. */
export function mayEndWithSpace(body: string): boolean {
  if (/\s$/.test(body)) return true;
  // Of blocks at the end, each branch may end so.
  return /\{\{~?[/!][^{}]*\}\}$/.test(body) && /\s\{\{(?:else|[/!])/.test(body);
}
