import type { Row } from '../../data/dataset';
import { isObject, isText } from '../../channel/guards';
import type { RatedToken } from '../../decoding/logprobs';
import { openShownText } from '../../decoding/shownText';
import { append } from '../../lists';
import { keyColumnsOf } from '../../objective/rows/rowColumns';
import { messagesColumn } from '../../template/render/chat/rowMessages';
import { badField } from '../apiError';
import { flagField, numberField, type Fields } from '../fields';
import { requireAnswer, rowOf, type ServedPrompt } from '../servedPrompt';
import { chatLogprobs } from '../tokenTexts';
import { readDecoding, type AskedDecoding } from './decodingFields';
import { merged } from './events';
import { envelope, finishReason, usageOf, type Usage } from './replies';

/** A request to `/v1/chat/completions`, read. */
export interface ChatRequest extends AskedDecoding {
  readonly served: ServedPrompt;
  readonly row: Row;
  readonly ids: readonly number[];
  /** Likeliest tokens that are wanted beside each. */
  readonly rate?: number;
}

/**
 * The template with the messages as its input: those that it reads as a history, else the only message of the user as
 * the value of its variable.
 * @throws ApiError
 */
export function readChat(served: ServedPrompt, fields: Fields): ChatRequest {
  const { labels } = served.used.task;
  const asked = readDecoding(served, fields, { base: served.options, fallback: served.options.most ?? 256, least: 1 });
  const row = rowOfMessages(served, fields.messages);
  const rate = flagField(fields, 'logprobs')
    ? (numberField(fields, 'top_logprobs', { least: 0, most: 20, whole: true }) ?? 0)
    : undefined;
  if (labels.length > 0 && rate !== undefined)
    throw badField('logprobs', 'The prompt chooses a label; /v1/classify gives the probabilities of all.');
  return { ...asked, served, row, ids: served.promptOf(row), ...(rate !== undefined && { rate }) };
}

function rowOfMessages(served: ServedPrompt, messages: unknown): Row {
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isObject))
    throw badField('messages', '"messages" must be a list of { role, content }.');
  const columns = keyColumnsOf(served.used.task.template);
  if ('names' in columns && columns.names.includes(messagesColumn)) return { [messagesColumn]: messages };
  const [only, ...others] = messages as readonly Readonly<Record<string, unknown>>[];
  if (others.length > 0 || only!.role !== 'user')
    throw badField(
      'messages',
      'The template says itself what the model is told, and reads no history: send one message of the user, its input.',
    );
  const content = textOf(only!.content);
  if (content === undefined) throw badField('messages', 'The content of the message must be text.');
  return rowOf(served, inputOf(content, served), 'messages');
}

/** Values of several variables come as JSON. */
function inputOf(content: string, { used: { task } }: ServedPrompt): unknown {
  const { template, answerField } = task;
  const names = template.variables.filter((name) => name !== answerField && !(name in template.defaults));
  if (names.length === 1) return content;
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

function textOf(content: unknown): string | undefined {
  if (isText(content)) return content;
  if (!Array.isArray(content)) return undefined;
  const parts = content.map((part: unknown) => (isObject(part) && part.type === 'text' ? part.text : undefined));
  return parts.every(isText) ? parts.join('') : undefined;
}

interface WrittenText {
  readonly text: string;
  readonly rated: readonly RatedToken[];
  /** With the last piece. */
  readonly finish?: string;
  readonly usage?: Usage;
}

/** An answer in pieces: of labels the label at once, as many as were asked for of texts. */
async function* piecesOf(request: ChatRequest, place: number, signal: AbortSignal): AsyncGenerator<WrittenText> {
  const { served, ids, options, most, seed, rate, row } = request;
  const prompt = ids.length + served.used.task.prefixRows;
  if (served.used.task.labels.length > 0) {
    const answer = requireAnswer(await served.classify(row, signal));
    if (!('label' in answer)) throw new Error('A prompt of labels wrote a text.');
    yield { text: answer.label, rated: [], finish: 'stop', usage: { prompt, completion: 1 } };
    return;
  }
  const shown = openShownText();
  const asked = { ids, most, seed: seed + place, signal, options: { ...options, ...(rate !== undefined && { rate }) } };
  for await (const { text, rated, answer } of served.queue.write(asked)) {
    const both = { rated: rated ? [rated] : [] };
    if (!answer) {
      yield { ...both, text: shown.push(text) };
      continue;
    }
    const usage = { prompt, completion: answer.tokens.length };
    const rest = answer.text.trim().slice(shown.text.length);
    yield { ...both, text: rest, finish: finishReason(answer.ending), usage };
  }
}

/** The whole answer to a request. */
export async function chat(request: ChatRequest, signal: AbortSignal): Promise<object> {
  const { served, count, rate } = request;
  const usages: Usage[] = [];
  const choices = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      let content = '';
      const rated: RatedToken[] = [];
      let finish = 'length';
      for await (const piece of piecesOf(request, index, signal)) {
        content += piece.text;
        append(rated, piece.rated);
        finish = piece.finish ?? finish;
        if (piece.usage) usages.push(piece.usage);
      }
      const logprobs = rate === undefined ? null : chatLogprobs(rated, served.texts);
      return { index, message: { role: 'assistant', content, refusal: null }, logprobs, finish_reason: finish };
    }),
  );
  return { ...envelope('chat.completion', served), choices, usage: usageOf(usages) };
}

/** The same answer in events, as it is written. */
export async function* streamChat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<object> {
  const { served, count, rate, countsTokens } = request;
  const head = envelope('chat.completion.chunk', served);
  const usages: Usage[] = [];
  async function* deltasOf(index: number): AsyncGenerator<object> {
    yield { index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null };
    for await (const { text, rated, finish, usage } of piecesOf(request, index, signal)) {
      if (usage) usages.push(usage);
      const logprobs = rate === undefined ? null : chatLogprobs(rated, served.texts);
      if (text !== '' || rated.length > 0) yield { index, delta: { content: text }, logprobs, finish_reason: null };
      if (finish !== undefined) yield { index, delta: {}, logprobs: null, finish_reason: finish };
    }
  }
  for await (const choice of merged(Array.from({ length: count }, (_, index) => deltasOf(index))))
    yield { ...head, choices: [choice], ...(countsTokens && { usage: null }) };
  if (countsTokens) yield { ...head, choices: [], usage: usageOf(usages) };
}
