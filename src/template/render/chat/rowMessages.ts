import * as l10n from '@vscode/l10n';
import { valueText } from '../../../data/valueText';
import { Failure, type SourceLocation } from '../../../failure';
import { enumerated } from '../../../words/listed';
import { isMapping } from '../../syntax/schema';
import { answerChoices } from '../../../data/rows/answerSpans';
import { AnswerProblem, composeAnswers } from '../../answer/composeAnswer';
import type { OutputField, OutputObject } from '../../read/template';
import type { PromptMessage, Role } from '../renderedPrompt';

type Row = Readonly<Record<string, unknown>>;

/** Messages of a row that cannot be read. */
export class UnreadMessages extends Failure {
  /**
   * @param reason what is wrong, as a clause that does not speak of the row
   * @param sentence the clause that does, where there is one
   */
  constructor(
    readonly reason: string,
    location: SourceLocation,
    { message }: { readonly message: string } = { message: reason },
  ) {
    super(
      'chat-messages',
      l10n.t`${message.charAt(0).toUpperCase() + message.slice(1)}.`,
      location,
      l10n.t`Write messages as { role: system, user or assistant, content: text }.`,
    );
  }
}

/** The column that `{{history}}` shows, as dotprompt's data and OpenAI's files call it. */
export const messagesColumn = 'messages';

/** Roles of rows: dotprompt's and OpenAI's. */
const knownRoles: Readonly<Record<string, Role>> = {
  system: 'system',
  user: 'user',
  model: 'model',
  assistant: 'model',
};
/** Keys of a message beside its content that change nothing of what a model reads. */
const silentKeys = new Set(['role', 'content', 'name', 'metadata', 'weight', 'id']);

/**
 * The answer that a row expects: its column, or where it has none what the model says last in the row's messages.
 * @returns undefined where there is neither
 */
export function rowAnswer(row: Row, field: string): unknown {
  if (hasColumn(row, field)) return row[field];
  return contentText(answeringMessage(row, field)?.content);
}

/**
 * The answers that a row accepts: where one text is asked for, any of those that stand there.
 * @param row where the answer is an object, one of {@link withAnswer}
 * @returns one or more
 * @throws Failure "answer-schema" for an object that does not fit the schema
 */
export function acceptedAnswers(
  row: Row,
  { name, isList }: Pick<OutputField, 'name' | 'isList'>,
): readonly [string, ...string[]] {
  const written = rowAnswer(row, name);
  if (written instanceof Failure) throw written;
  return isList ? [valueText(written)] : answerChoices(written);
}

/** Of which file a row is. */
export interface RowSource {
  readonly isTable: boolean;
  readonly location?: SourceLocation;
}

/**
 * The row with a column for its answer: what the model says last in its messages is no message then, so that nothing
 * that is done to them touches the answer. Where the answer is an object, the column has it as canonical JSON, a list
 * of several that are each right, or the Failure "answer-schema" that there is none.
 */
export function withAnswer(row: Row, { name, object }: Pick<OutputField, 'name' | 'object'>, source: RowSource): Row {
  const columns = object && answerOf(row, object, source);
  if (columns !== undefined) return { ...row, [name]: columns };
  const said = contentText(answeringMessage(row, name)?.content);
  if (said === undefined) return row;
  const answer = object ? answerOf({ [name]: said }, object, { ...source, isTable: false }) : said;
  return { ...row, [messagesColumn]: (row[messagesColumn] as readonly unknown[]).slice(0, -1), [name]: answer };
}

/** Undefined where the row has no column of the answer. */
function answerOf(row: Row, object: OutputObject, { isTable, location = {} }: RowSource): unknown {
  try {
    const answers = composeAnswers(row, object, { isTable });
    return answers.length > 1 ? answers : answers[0];
  } catch (error) {
    if (error instanceof AnswerProblem) return new Failure('answer-schema', error.message, location, error.remedy);
    throw error;
  }
}

/**
 * The messages before the answer slot that a row brings.
 * @param field the answer's column: without it the model's last message is the answer, and not shown
 * @throws Failure "chat-messages" for what is no message, or holds what is not text
 */
export function rowHistory(row: Row, field: string | undefined, location: SourceLocation): readonly PromptMessage[] {
  const given = row[messagesColumn];
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw new UnreadMessages(l10n.t`"messages" is no list of messages`, location);
  const isAnswered = field !== undefined && answeringMessage(row, field) !== undefined;
  const shown: readonly unknown[] = isAnswered ? given.slice(0, -1) : given;
  return shown.map((message, i) => readMessage(message, i + 1, location));
}

const hasColumn = (row: Row, field: string): boolean => row[field] !== undefined && row[field] !== null;

/** What the model says last in a row's messages, where no column has the answer. */
function answeringMessage(row: Row, field: string): Readonly<Record<string, unknown>> | undefined {
  const given = row[messagesColumn];
  const last: unknown = Array.isArray(given) && !hasColumn(row, field) ? given.at(-1) : undefined;
  const isModel = isMapping(last) && typeof last.role === 'string' && knownRoles[last.role] === 'model';
  return isModel ? last : undefined;
}

function readMessage(message: unknown, number: number, location: SourceLocation): PromptMessage {
  const refuse = (reason: string): Failure =>
    new UnreadMessages(l10n.t`message ${number} ${reason}`, location, {
      message: l10n.t`message ${number} of the row ${reason}`,
    });
  if (!isMapping(message)) throw refuse(l10n.t`is no record of role and content`);
  const { role, content } = message;
  if (typeof role !== 'string' || !Object.hasOwn(knownRoles, role))
    throw refuse(l10n.t`has the role ${JSON.stringify(role)}, not ${enumerated(Object.keys(knownRoles))}`);
  const unknown = Object.keys(message).find((key) => !silentKeys.has(key) && !isNothing(message[key]));
  if (unknown !== undefined) throw refuse(l10n.t`holds "${unknown}", which is not understood`);
  const text = contentText(content);
  if (text === undefined) throw refuse(l10n.t`has a content that is not text`);
  const segments = text === '' ? [] : [{ kind: 'text' as const, text, instruction: false, value: true as const }];
  return { role: knownRoles[role]!, segments, isHistory: true };
}

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** A text, or parts that are all text: `[{ text }]` of dotprompt, `[{ type: "text", text }]` of OpenAI. */
function contentText(content: unknown): string | undefined {
  if (typeof content === 'string' || typeof content === 'number') return valueText(content);
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: unknown) => {
    if (!isMapping(part) || typeof part.text !== 'string' || (part.type ?? 'text') !== 'text') return undefined;
    return Object.keys(part).every((key) => key === 'type' || key === 'text') ? part.text : undefined;
  });
  return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
}
