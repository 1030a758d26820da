import * as l10n from '@vscode/l10n';
import { HandlebarsText } from '../handlebarsText';

const roleTag = /(?<!\\)(\{\{~?(?:role "\w+"|history)~?\}\})/;

export interface PromptyBody {
  readonly body: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

interface Ending {
  readonly answer: string;
  /** Whether the body ends with the answer already. */
  readonly hasSlot: boolean;
  readonly notCarried: string[];
}

/**
 * A converted body as messages with the answer slot. Prompty drops empty lines at both ends of a message, and no other
 * white space: where a line ends a message with spaces, what is layout to a template is to stay.
 */
export function asMessages(converted: string, { answer, hasSlot, notCarried }: Ending): PromptyBody {
  const [opening = '', ...rest] = converted.split(roleTag);
  const messages = rest.flatMap((tag, i) => (i % 2 === 0 ? [{ tag, text: rest[i + 1]!.replace(/^\n+/, '') }] : []));
  const last = messages.at(-1);
  const isPrefill = /role "model"/.test(last?.tag ?? '') && last!.text.trim() !== '';
  const endsInSpaces = messages.some(({ text }, i) => {
    const isOwn = i === messages.length - 1 && (isPrefill || hasSlot);
    return !isOwn && /[ \t]\n*$/.test(text) && text.trim() !== '';
  });
  const isExact = endsInSpaces && !/\{\{~?[#^]/.test(converted);
  if (endsInSpaces && !isExact)
    notCarried.push(l10n.t`Spaces at the end of a message, which are layout to a template.`);
  const written = new HandlebarsText();
  written.handlebars(messages.length === 0 ? opening.replace(/\n+$/, '') : opening);
  messages.forEach(({ tag, text }, i) => {
    written.handlebars(tag);
    const isLast = i === messages.length - 1;
    const kept = isExact || isLast ? text.replace(/\n+$/, '') : text;
    if (kept !== '') written.handlebars(isExact || (isLast && /history/.test(tag)) ? kept : `\n${kept}`);
    else if (!isExact && !(isLast && /history/.test(tag))) written.handlebars('\n');
  });
  const isEmpty = last !== undefined && last.text.trim() === '';
  if (!hasSlot) {
    if (!isPrefill && !isExact && !isEmpty) written.handlebars('\n');
    written.tag({ inner: answer });
  }
  const isHistory = messages.some(({ tag }) => /history/.test(tag));
  return {
    body: written.text(),
    // As one text, a prompt would show nothing of a row's messages.
    settings: { ...(isHistory && { 'tune.format': 'chat' }), ...(isExact && { 'tune.trimMessages': false }) },
  };
}
