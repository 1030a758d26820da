import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import type { Analysis } from '../../read/analysis';
import { roleTags, type RoleTag } from '../../read/tags/roleTags';
import { requiredVariables, templateOf } from '../../read/template';
import type { TemplateContext } from '../../read/templateContext';
import { chatSentence, isOfChat } from '../../render/chat/chatFailure';
import { chatSegments } from '../../render/chat/chatSegments';
import { formOfTemplate } from '../../render/promptForm';
import { promptEncoder, type PromptEncoder } from '../../render/promptEncoder';
import { promptOrFailure, type EncodedPrompt } from '../../render/length/promptLength';
import { renderMessages } from '../../render/render';
import type { PromptMessage, Role } from '../../render/renderedPrompt';
import { entryAt } from '../../syntax/frontMatter';
import type { Draft, Fix } from '../../text/finding';
import type { Span } from '../../text/position';
import type { TokenEncoder } from '../../text/tokenEncoder';
import { addedText } from './addedText';
import { formatFixes } from './formatFix';

type Row = Readonly<Record<string, unknown>>;

/**
 * Rules on what the model's chat template makes of the messages: `chat-refused`, `chat-messages`, `chat-template`,
 * `chat-limit`, `message-dropped`, `message-added`, `model-turn-not-last`.
 */
export function chatDrafts(analysis: Analysis, encoder: TokenEncoder, rows: readonly Row[]): readonly Draft[] {
  const { kind } = formOfTemplate(analysis, encoder);
  if (kind !== 'chat' && kind !== 'plain') return [];
  const tags = roleTags(analysis);
  const prompts: EncodedPrompt[] = [];
  for (const [index, row] of rows.entries()) {
    const found = promptOrFailure(analysis, encoder, row);
    // The first row that has none says it for the others.
    if (found instanceof Failure && isOfChat(found))
      return failureDrafts(index === 0 ? found : ofRow(found, index), { analysis, encoder, row, tags });
    if (found && !(found instanceof Failure)) prompts.push(found);
  }
  const [first] = prompts;
  if (!first) return [];
  return [
    ...droppedMessages(analysis, prompts, tags),
    ...textAdded(analysis, first),
    ...turnNotLast(first, tags, analysis),
  ];
}

/** Where the first row has a prompt, it must be said which has none. */
const ofRow = ({ code, message, location, remedy }: Failure, index: number): Failure =>
  new Failure(code, l10n.t`Row ${index + 1} of the data: ${message}`, location, remedy);

/** The rows that a template is tried on: the first of the data, or one whose variables say nothing. */
export const checkedRows = (analysis: Analysis, { sampleRows = [] }: TemplateContext): readonly Row[] =>
  sampleRows.length > 0 ? sampleRows : [Object.fromEntries(requiredVariables(analysis).map((name) => [name, 'x']))];

interface Failed {
  readonly analysis: Analysis;
  readonly encoder: TokenEncoder;
  readonly row: Row;
  readonly tags: readonly RoleTag[];
}

function failureDrafts(failure: Failure, failed: Failed): readonly Draft[] {
  const { analysis, tags } = failed;
  const severity = analysis.written.data ? 'error' : 'warning';
  const message = chatSentence(failure);
  const ofTemplate = { message, span: templateSpan(analysis), fixes: formatFixes(analysis.frontMatter, 'text') };
  switch (failure.code) {
    case 'chat-refused':
      return [{ code: 'chat-refused', severity, message, ...refusedPlace(failed) }];
    case 'chat-messages':
      return [{ code: 'chat-messages', severity, message, span: tags.find(isHistory)?.span ?? answerSpan(analysis) }];
    case 'chat-template':
      return [{ code: 'chat-template', severity, ...ofTemplate }];
    case 'chat-limit':
      return [{ code: 'chat-limit', severity, ...ofTemplate }];
    default:
      return [];
  }
}

const isHistory = ({ kind }: RoleTag): boolean => kind === 'history';

/** The message that a chat template does not take: a system's where it takes the others, else one of a role twice. */
function refusedPlace(failed: Failed): { readonly span: Span; readonly fixes: readonly Fix[] } {
  const { analysis, tags } = failed;
  const system = tags.findIndex(({ role }) => role === 'system');
  if (system >= 0 && isTaken(failed, (messages) => messages.filter(({ role }) => role !== 'system')))
    return { span: tags[system]!.span, fixes: partOfUser(analysis, tags[system]!, tags[system + 1]) };
  const twice = tags.find(({ role }, i) => role !== undefined && role === tags[i - 1]?.role);
  return { span: (twice ?? tags[0])?.span ?? answerSpan(analysis), fixes: [] };
}

function isTaken(
  { analysis, encoder, row }: Failed,
  change: (messages: readonly PromptMessage[]) => readonly PromptMessage[],
): boolean {
  try {
    const { chat } = promptEncoder(encoder, { format: 'chat', ...analysis.written });
    if (!chat) return false;
    chatSegments(change(renderMessages(templateOf(analysis), row, chat)), chat.template, chat.variables);
    return true;
  } catch {
    return false;
  }
}

/** Puts a system text in front of what the user says. */
function partOfUser({ text }: Analysis, system: RoleTag, next: RoleTag | undefined): readonly Fix[] {
  if (!system.roleSpan || !next?.roleSpan || next.role !== 'user') return [];
  const [start, end] = next.span;
  const behind = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
  return [
    {
      title: l10n.t`Make it part of the user's message`,
      edits: [
        { start: system.roleSpan[0], end: system.roleSpan[1], text: 'user' },
        { start, end: end + behind, text: '' },
      ],
    },
  ];
}

/** `message-dropped`: a message of which the chat template shows nothing. */
function droppedMessages(
  analysis: Analysis,
  prompts: readonly EncodedPrompt[],
  tags: readonly RoleTag[],
): readonly Draft[] {
  const dropped = prompts.flatMap(({ prompt }) => prompt.messages ?? []).filter(({ isDropped }) => isDropped);
  const spans = new Map(
    dropped.map(({ role, isHistory: fromRow }) => [spanOfRole(tags, role, fromRow), role] as const),
  );
  return [...spans].map(([span, role]) => ({
    code: 'message-dropped',
    severity: 'warning',
    span: span ?? answerSpan(analysis),
    message: l10n.t`The model's chat template leaves this message of the ${role} out, without a word: the model \
never sees it.`,
  }));
}

const spanOfRole = (tags: readonly RoleTag[], role: Role, fromRow: boolean | undefined): Span | undefined =>
  tags.find((tag) => (fromRow ? isHistory(tag) : tag.role === role))?.span;

/** What is asked of a chat template; nothing where this process has no time for it. */
function unlessSlow<Result>(ask: () => Result): Result | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Failure && error.code === 'chat-slow') return undefined;
    throw error;
  }
}

/** `message-added`: a text that the chat template writes by itself. */
function textAdded(analysis: Analysis, { prompt, encoder }: EncodedPrompt): readonly Draft[] {
  const added = unlessSlow(() => addedText(prompt, encoder as PromptEncoder & Required<Pick<PromptEncoder, 'chat'>>));
  if (!added) return [];
  const { text, isReplaced } = added;
  return [
    {
      code: 'message-added',
      severity: 'information',
      span: entryAt(analysis.frontMatter, ['model'])?.valueSpan ?? answerSpan(analysis),
      message: isReplaced
        ? l10n.t`The model's chat template adds a text of its own: “${text}” A system message of the template \
takes its place.`
        : l10n.t`The model's chat template adds a text of its own: “${text}”`,
    },
  ];
}

/** `model-turn-not-last`: a role without text behind the model's turn, which the answer then goes on with. */
function turnNotLast({ prompt }: EncodedPrompt, tags: readonly RoleTag[], analysis: Analysis): readonly Draft[] {
  const last = prompt.messages?.at(-1);
  const slot = analysis.answerSlot?.span[0] ?? Infinity;
  const tag = tags.filter(({ span }) => span[0] < slot).at(-1);
  if (last?.role !== 'model' || last.isHistory || tag?.role === undefined || tag.role === 'model') return [];
  return [
    {
      code: 'model-turn-not-last',
      severity: 'warning',
      span: tag.span,
      message: l10n.t`This message of the ${tag.role} says nothing and is left out, so that the answer goes on with \
the model's turn before it. Write what the message says, or remove the tag.`,
      fixes: [{ title: l10n.t`Remove the tag`, edits: [{ start: tag.span[0], end: tag.span[1], text: '' }] }],
    },
  ];
}

const answerSpan = ({ answerSlot, parts }: Analysis): Span => answerSlot?.span ?? [parts.body.start, parts.body.start];

/** What stands for the chat template in the file. */
const templateSpan = ({ frontMatter, parts }: Analysis): Span =>
  (
    entryAt(frontMatter, ['tune.chat', 'chat_template']) ??
    entryAt(frontMatter, ['tune.format']) ??
    entryAt(frontMatter, ['model'])
  )?.valueSpan ?? [parts.body.start, parts.body.start];
