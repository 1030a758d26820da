import * as l10n from '@vscode/l10n';
import { enumerated } from '../../../words/listed';
import { isOurs, type Analysis } from '../../read/analysis';
import { roleTags, type RoleTag } from '../../read/tags/roleTags';
import type { TemplateContext } from '../../read/templateContext';
import { formOfTemplate, type PromptForm } from '../../render/promptForm';
import { roles } from '../../render/renderedPrompt';
import { messagesColumn } from '../../render/chat/rowMessages';
import { replacement, type Draft, type Fix } from '../../text/finding';
import { nearest } from '../../text/suggest';
import { formatFixes } from './formatFix';

/** Rules on `{{role}}` and `{{history}}` that need no prompt: `role-unknown`, `messages-as-text`, `history-missing`. */
export function roleDrafts(analysis: Analysis, { encoder, columns }: TemplateContext): readonly Draft[] {
  const tags = roleTags(analysis);
  if (tags.length === 0) return [];
  const form = formOfTemplate(analysis, encoder);
  const isText = form.kind === 'text';
  return [
    ...tags.filter(isUnknown).map((tag) => unknownRole(tag, isText)),
    ...(isText && isTrained(analysis) ? shownAsNothing(analysis, tags, form) : []),
    ...(isText || !columns || columns.includes(messagesColumn) ? [] : historyMissing(tags)),
  ];
}

/** The extension `.prompt` is shared with tools whose models read messages. */
const isTrained = (analysis: Analysis): boolean =>
  isOurs(analysis) || (analysis.output !== undefined && analysis.answerSlot !== undefined);

const isUnknown = ({ kind, role }: RoleTag): boolean =>
  kind === 'role' && role !== undefined && !roles.some((known) => known === role);

function unknownRole({ role = '', span, roleSpan }: RoleTag, isText: boolean): Draft {
  const suggestion = role === 'assistant' || role === 'ai' || role === 'bot' ? 'model' : nearest(role, roles);
  return {
    code: 'role-unknown',
    severity: isText ? 'warning' : 'error',
    span: roleSpan ?? span,
    message: noRole(role),
    fixes: roleSpan && suggestion ? [replacement(l10n.t`Replace with "${suggestion}"`, roleSpan, suggestion)] : [],
  };
}

/** `messages-as-text`: roles and history where the prompt is one text. */
function shownAsNothing(analysis: Analysis, tags: readonly RoleTag[], { why }: PromptForm): readonly Draft[] {
  const fixes = proposedForms(analysis, why);
  const role = tags.find(({ kind }) => kind === 'role');
  return [
    ...(role
      ? [
          {
            code: 'messages-as-text',
            severity: 'information',
            span: role.span,
            message: l10n.t`The model reads this prompt as one text, in which roles show nothing: ${why}`,
            fixes,
          } as const,
        ]
      : []),
    ...tags
      .filter(({ kind }) => kind === 'history')
      .map(({ span }): Draft => ({
        code: 'messages-as-text',
        severity: 'warning',
        span,
        message: l10n.t`The model reads this prompt as one text, in which the row's messages are not shown: ${why}`,
        fixes,
      })),
  ];
}

function proposedForms({ written, frontMatter }: Analysis, why: string): readonly Fix[] {
  if (why.includes('masked')) return [];
  return formatFixes(frontMatter, written.format === 'text' ? 'auto' : 'chat');
}

/** `history-missing`: `{{history}}` without messages in the rows. */
const historyMissing = (tags: readonly RoleTag[]): readonly Draft[] =>
  tags
    .filter(({ kind }) => kind === 'history')
    .map(({ span }) => ({
      code: 'history-missing',
      severity: 'warning',
      span,
      message: l10n.t`The rows have no "${messagesColumn}", which {{history}} shows: a list of { role, content }.`,
    }));

function noRole(role: string): string {
  const known = enumerated(roles);
  if (role === 'tool')
    return l10n.t`There is no role "${role}", since the models here are given no tools: the roles are ${known}.`;
  return role === 'assistant'
    ? l10n.t`There is no role "${role}": the roles are ${known}; the assistant is called model.`
    : l10n.t`There is no role "${role}": the roles are ${known}.`;
}
