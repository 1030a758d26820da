import * as l10n from '@vscode/l10n';
import { enumerated } from '../../../words/listed';
import { Failure } from '../../../failure';
import { counted } from '../../../words/formatNumbers';
import { messagesColumn, rowAnswer, rowHistory, UnreadMessages } from '../../render/chat/rowMessages';
import { isMapping } from '../../syntax/schema';

type Mapping = Readonly<Record<string, unknown>>;

/** A row whose messages a template can show. */
export interface MessageRow {
  /** The row as it is to be, with its messages in their column. */
  readonly row: Mapping;
  /** Whether that is another row than the file has. */
  readonly isChanged: boolean;
  readonly answer: string;
  /** The column that holds it; undefined where the messages end with it. */
  readonly column: string | undefined;
  /** What the file says besides, of which a template has no counterpart. */
  readonly remarks: readonly string[];
}

/** Columns that may hold the answer of a row whose messages end with the user's. */
const answerColumns = ['answer', 'ideal', 'label', 'expected', 'completion', 'output', 'response', 'target'];

/** Who speaks in rows of ShareGPT. */
const speakers: Readonly<Record<string, string>> = {
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  chatgpt: 'assistant',
  bing: 'assistant',
  bard: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
  system: 'system',
};

/**
 * Reads a row of OpenAI's chat format (`messages`), of ShareGPT (`conversations` of `from` and `value`), of OpenAI's
 * evals (`input` and `ideal`) or of conversational `prompt` and `completion`.
 * @throws Failure `import-format` with a sentence that begins in small letters: what of the row is not understood
 */
export function readMessageRow(value: Mapping): MessageRow {
  const { row, isChanged, remarks } = inMessages(value);
  const messages = row[messagesColumn] as readonly unknown[];
  messages.forEach(requireText);
  requireReadable(row);
  const column = answerColumn(row);
  const { answer, remarks: more } = answerOf(row, column);
  return { row, isChanged, answer, column, remarks: [...remarks, ...lostKeys(row), ...more] };
}

function answerColumn(row: Mapping): string | undefined {
  const last = (row[messagesColumn] as readonly unknown[]).at(-1);
  if (isMapping(last) && isAssistant(last.role)) return undefined;
  return answerColumns.find((name) => typeof row[name] === 'string');
}

const isAssistant = (role: unknown): boolean => role === 'assistant' || role === 'model';

const notUnderstood = (reason: string): Failure => new Failure('import-format', reason);

interface Converted {
  readonly row: Mapping;
  readonly isChanged: boolean;
  readonly remarks: readonly string[];
}

function inMessages(value: Mapping): Converted {
  const { messages, conversations, conversation, input, prompt, completion, ...others } = value;
  if (Array.isArray(messages)) return withPlainRoles(value, messages);
  const spoken = [conversations, conversation].find((each) => Array.isArray(each)) as readonly unknown[] | undefined;
  if (spoken) {
    const rest = without(value, ['conversations', 'conversation']);
    const { system, ...kept } = rest;
    const opening = typeof system === 'string' && system !== '' ? [{ role: 'system', content: system }] : [];
    return asChanged(typeof system === 'string' ? kept : rest, [...opening, ...spoken.map(spokenMessage)]);
  }
  if (Array.isArray(input) && input.every(isMapping)) {
    const { ideal, ...rest } = without(value, ['input']);
    if (Array.isArray(ideal) && ideal.length !== 1)
      throw notUnderstood(l10n.t`its "ideal" lists ${counted(ideal.length, 'answer')}; a row has one`);
    const wanted: unknown = Array.isArray(ideal) ? ideal[0] : ideal;
    return asChanged(wanted === undefined ? rest : { ...rest, ideal: wanted }, input);
  }
  if (Array.isArray(prompt) && Array.isArray(completion))
    return asChanged(without(value, ['prompt', 'completion']), [...prompt, ...completion]);
  if (Object.hasOwn(value, 'chosen') && Object.hasOwn(value, 'rejected'))
    throw notUnderstood(l10n.t`it is a pair of answers of which one is preferred ("chosen" and "rejected")`);
  if (isMapping(value.body) && Array.isArray(value.body.messages))
    throw notUnderstood(l10n.t`it is a request of a batch ("body"), which has no answer`);
  if (messages !== undefined) throw notUnderstood(l10n.t`"messages" is no list of messages`);
  const keys = [
    ...Object.keys(others),
    ...['prompt', 'completion', 'input'].filter((key) => Object.hasOwn(value, key)),
  ];
  throw notUnderstood(
    keys.length > 0
      ? l10n.t`it has no "messages", only ${enumerated(keys.map((key) => `"${key}"`))}`
      : l10n.t`it has no "messages"`,
  );
}

const without = (row: Mapping, keys: readonly string[]): Mapping =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));

const asChanged = (rest: Mapping, messages: readonly unknown[]): Converted => ({
  ...withPlainRoles({ [messagesColumn]: messages, ...without(rest, [messagesColumn]) }, messages),
  isChanged: true,
});

/** A message of ShareGPT, or of another kind as it is. */
function spokenMessage(message: unknown, index: number): unknown {
  if (!isMapping(message) || !Object.hasOwn(message, 'from')) return message;
  const { from, value, ...others } = message;
  const role = typeof from === 'string' && Object.hasOwn(speakers, from) ? speakers[from] : undefined;
  if (role === undefined)
    throw notUnderstood(l10n.t`message ${index + 1} is from ${JSON.stringify(from)}, and not of human, gpt or system`);
  return { role, content: value, ...others };
}

/** Messages in which the developer is the system, as chat templates call it. */
function withPlainRoles(row: Mapping, messages: readonly unknown[]): Converted {
  const isDeveloper = (message: unknown) => isMapping(message) && message.role === 'developer';
  if (!messages.some(isDeveloper)) return { row, isChanged: false, remarks: [] };
  const plain = messages.map((message) =>
    isDeveloper(message) ? { ...(message as Mapping), role: 'system' } : message,
  );
  return {
    row: { ...row, [messagesColumn]: plain },
    isChanged: true,
    remarks: [l10n.t`the role "developer", as newer models of OpenAI call the system: it is "system" in the new file`],
  };
}

/** Names what a message holds that is no text; the rest is said by what reads the messages of a row. */
function requireText(message: unknown, index: number): void {
  if (!isMapping(message)) return;
  const parts = Array.isArray(message.content) ? message.content.filter(isMapping) : [];
  const other = parts.find(({ type }) => type !== undefined && type !== 'text');
  if (other)
    throw notUnderstood(l10n.t`message ${index + 1} holds ${JSON.stringify(other.type)}, and a model reads text here`);
  const isCall = ['tool_calls', 'function_call'].some((key) => (message[key] ?? undefined) !== undefined);
  const { content } = message;
  if ((content === undefined || content === null) && !isCall)
    throw notUnderstood(l10n.t`message ${index + 1} has no content`);
}

function requireReadable(row: Mapping): void {
  try {
    rowHistory(row, undefined, {});
  } catch (error) {
    throw error instanceof UnreadMessages ? notUnderstood(error.reason) : error;
  }
}

function answerOf(row: Mapping, column: string | undefined): { answer: string; remarks: readonly string[] } {
  const messages = row[messagesColumn] as readonly Mapping[];
  const last = messages.at(-1);
  const answer = column === undefined && !isAssistant(last?.role) ? undefined : rowAnswer(row, column ?? '');
  if (typeof answer !== 'string')
    throw notUnderstood(
      last === undefined
        ? l10n.t`it has no message`
        : l10n.t`its last message is of the role ${JSON.stringify(last.role)}, so it has no answer`,
    );
  if (answer.trim() === '') throw notUnderstood(l10n.t`its answer is empty`);
  if (column === undefined && last?.weight === 0)
    throw notUnderstood(l10n.t`its last answer has "weight": 0, which means that it is not to be learned`);
  const turns = column === undefined ? messages.slice(0, -1) : [];
  const isLearned = ({ role, weight }: Mapping): boolean => isAssistant(role) && weight !== 0;
  return {
    answer,
    remarks: turns.some(isLearned)
      ? [l10n.t`several turns of the assistant: the last is the answer, and those before it are shown, not learned`]
      : [],
  };
}

/** Keys of a row that change what a hosted model would read or write. */
const ofTheCall = ['tools', 'functions', 'tool_choice', 'function_call', 'parallel_tool_calls', 'response_format'];

const lostKeys = (row: Mapping): readonly string[] =>
  ofTheCall
    .filter((key) => ![undefined, null, '', '[]'].includes(row[key] as never))
    .map((key) => l10n.t`"${key}", of which a model sees nothing here`);
