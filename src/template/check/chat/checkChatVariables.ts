import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import type { Analysis } from '../../read/analysis';
import { formOfTemplate } from '../../render/promptForm';
import { entriesAt } from '../../syntax/frontMatter';
import { removal } from '../../syntax/removal';
import { replacement, type Draft } from '../../text/finding';
import { nearest, orNearest } from '../../text/suggest';
import type { TokenEncoder } from '../../text/tokenEncoder';
import { chatVariables } from '../../render/chat/chatVariables';

/** `chat-variable`: keys of `tune.chat` that the model's chat template never reads. */
export function chatVariableDrafts(analysis: Analysis, encoder: TokenEncoder): readonly Draft[] {
  const { frontMatter, written } = analysis;
  const entries = entriesAt(frontMatter, ['tune.chat']);
  if (entries.length === 0 || !written.chat) return [];
  const { kind, why } = formOfTemplate(analysis, encoder);
  if (kind === 'refused') return [];
  const read = kind === 'chat' ? readVariables(encoder, written.chat) : [];
  if (!read) return [];
  return entries
    .filter(({ key }) => !read.includes(key) && !(kind === 'chat' && key === 'chat_template'))
    .map(({ key, keySpan }): Draft => {
      const suggestion = nearest(key, read);
      const cut = removal(frontMatter, entries.length === 1 ? ['tune.chat'] : ['tune.chat', key]);
      const reason =
        kind === 'text'
          ? l10n.t`The model reads this prompt as one text, so that "${key}" changes nothing: ${why}`
          : kind === 'plain'
            ? l10n.t`The plain form of messages reads no variables, so that "${key}" changes nothing.`
            : l10n.t`The model's chat template never reads "${key}"${orNearest(suggestion)}`;
      return {
        code: 'chat-variable',
        severity: 'warning',
        span: keySpan,
        message: reason,
        fixes: [
          ...(suggestion ? [replacement(l10n.t`Replace with "${suggestion}"`, keySpan, suggestion)] : []),
          ...(cut ? [{ title: `Remove "${key}"`, edits: [cut] }] : []),
        ],
      };
    });
}

/** Undefined where the chat template cannot be read, which has a finding of its own. */
function readVariables(encoder: TokenEncoder, chat: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  try {
    return chatVariables(encoder, chat);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
