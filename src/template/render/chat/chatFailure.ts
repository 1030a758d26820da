import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import type { Failure } from '../../../failure';
import { sentences } from '../../../words/listed';

/** Whether what stops a prompt is its messages, or the chat template that they are put into. */
export const isOfChat = ({ code }: Failure): boolean => code.startsWith('chat-');

/** A failure of messages or of a chat template, with the file and line of the template, and what to do. */
export function chatSentence({ location: { file, line }, message, remedy }: Failure): string {
  const where = file === undefined || line === undefined ? '' : l10n.t`${basename(file)}, line ${line}: `;
  return sentences([`${where}${message}`, remedy]);
}
