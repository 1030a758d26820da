import type { AnswerPiece, Ending } from '../../decoding/answer';
import type { RatedToken } from '../../decoding/logprobs';
import { isNumber, isText } from '../../channel/guards';
import { ApiError, badField } from '../apiError';
import { flagField, numberField, type Fields } from '../fields';
import type { ServedPrompt } from '../servedPrompt';
import { completionLogprobs } from '../tokenTexts';
import { readDecoding, type AskedDecoding } from './decodingFields';
import { merged } from './events';
import { envelope, finishReason, usageOf, type Usage } from './replies';

/** Prompts and texts of one request at most. */
const mostTexts = 256;

interface RawText {
  readonly index: number;
  readonly ids: readonly number[];
  /** Tokens of what was trained that stand in front. */
  readonly trained: number;
  /** The prompt as text, for `echo`. */
  readonly prompt: string;
  readonly seed: number;
}

/** A request to `/v1/completions`, read. */
export interface CompletionRequest extends AskedDecoding {
  readonly served: ServedPrompt;
  readonly texts: readonly RawText[];
  readonly echoes: boolean;
  /** Likeliest tokens that are wanted beside each. */
  readonly rate?: number;
}

/**
 * Texts that go on as they are, behind what was trained.
 * @throws ApiError
 */
export function readCompletion(served: ServedPrompt, fields: Fields): CompletionRequest {
  const { model, task } = served.used;
  const echoes = flagField(fields, 'echo');
  const { temperature, topP, topK, seed } = served.options;
  const base = { temperature, topP, topK, seed, end: model.configuration.endTokens };
  const asked = readDecoding(served, fields, { base, fallback: 16, least: echoes ? 0 : 1 });
  const rate = numberField(fields, 'logprobs', { least: 0, most: 20, whole: true });
  const prompts = readPrompts(fields.prompt);
  if (prompts.length * asked.count > mostTexts)
    throw badField('prompt', `One request may ask for ${mostTexts} texts at most.`);
  const texts = prompts.flatMap((prompt, place) => {
    const raw = served.rawPrompt(prompt);
    const room = served.contextLength - raw.ids.length;
    if (room < (asked.most > 0 ? 1 : 0)) throw tooLong(raw.ids.length, served);
    if (raw.ids.length === 0) throw badField('prompt', 'The prompt is empty, and nothing stands in front of it.');
    return Array.from({ length: asked.count }, (_, i) => ({
      ...raw,
      trained: raw.trained - task.prefixRows,
      index: place * asked.count + i,
      prompt: typeof prompt === 'string' ? prompt : model.tokenizer.decode(prompt),
      seed: asked.seed + i,
    }));
  });
  return { ...asked, served, texts, echoes, ...(rate !== undefined && { rate }) };
}

const tooLong = (tokens: number, { contextLength }: ServedPrompt): ApiError =>
  new ApiError(400, `The prompt has ${tokens} tokens; the model's context holds ${contextLength}.`, {
    param: 'prompt',
    code: 'context_length_exceeded',
  });

/** One text or list of tokens, or several. */
function readPrompts(written: unknown): readonly (string | readonly number[])[] {
  const isTokens = (value: unknown): value is readonly number[] =>
    Array.isArray(value) && value.length > 0 && value.every(isNumber);
  if (isText(written) || isTokens(written)) return [written];
  if (Array.isArray(written) && written.length > 0) {
    const prompts: readonly unknown[] = written;
    if (prompts.every((one): one is string | readonly number[] => isText(one) || isTokens(one))) return prompts;
  }
  throw badField('prompt', '"prompt" must be a text, a list of tokens, or a list of these.');
}

interface Choice {
  readonly index: number;
  readonly text: string;
  readonly logprobs: object | null;
  readonly finish_reason: string | null;
}

/** The whole answer to a request. */
export async function complete(request: CompletionRequest, signal: AbortSignal): Promise<object> {
  const whole = await Promise.all(request.texts.map((text) => writeWhole(request, text, signal)));
  return {
    ...envelope('text_completion', request.served),
    choices: whole.map(({ choice }) => choice),
    usage: usageOf(whole.map(({ usage }) => usage)),
  };
}

async function writeWhole(
  request: CompletionRequest,
  text: RawText,
  signal: AbortSignal,
): Promise<{ readonly choice: Choice; readonly usage: Usage }> {
  const { served, echoes, rate, most } = request;
  const echoed = echoes ? await echoOf(request, text, signal) : undefined;
  const rated: RatedToken[] = [];
  let written = '';
  let ending: Ending = 'budget';
  let tokens = 0;
  if (most > 0)
    for await (const piece of pieces(request, text, signal)) {
      if (piece.rated) rated.push(piece.rated);
      if (!piece.answer) continue;
      ({ text: written, ending } = piece.answer);
      tokens = piece.answer.tokens.length;
    }
  const logprobs =
    rate === undefined
      ? null
      : completionLogprobs([...(echoed?.rated ?? []), ...rated], served.texts, {
          offset: echoes ? 0 : text.prompt.length,
        });
  const choice = {
    index: text.index,
    text: (echoed?.text ?? '') + written,
    logprobs,
    finish_reason: finishReason(ending),
  };
  return { choice, usage: { prompt: text.ids.length, completion: tokens } };
}

/** The pieces of a text, with the space that decoders drop at the beginning of what they are given. */
async function* pieces(
  { served, options, most, rate = 0 }: CompletionRequest,
  { ids, seed }: RawText,
  signal: AbortSignal,
): AsyncGenerator<AnswerPiece> {
  let lead: string | undefined;
  let hasText = false;
  for await (const piece of served.queue.write({ ids, seed, most, options: { ...options, rate }, signal })) {
    if (lead === undefined && piece.rated) lead = served.texts.textOf(piece.rated.token).startsWith(' ') ? ' ' : '';
    const led = (text: string): string => (text === '' || text.startsWith(' ') ? text : `${lead ?? ''}${text}`);
    const text: string = hasText ? piece.text : led(piece.text);
    hasText ||= text !== '';
    yield { ...piece, text, ...(piece.answer && { answer: { ...piece.answer, text: led(piece.answer.text) } }) };
  }
}

interface Echo {
  readonly text: string;
  readonly rated: readonly (RatedToken | { readonly token: number })[];
}

/** The prompt as part of the answer. Where nothing stands in front of its first token, nothing is said of that. */
async function echoOf(
  { served, rate }: CompletionRequest,
  { ids, trained, prompt }: RawText,
  signal: AbortSignal,
): Promise<Echo> {
  if (rate === undefined) return { text: prompt, rated: [] };
  const from = Math.max(1, trained);
  const rated = ids.length > from ? await served.rate(ids, { from, rate, signal }) : [];
  const first = ids.slice(trained, from).map((token) => ({ token }));
  return { text: prompt, rated: [...first, ...rated] };
}

/** The same answer in events, as it is written. */
export async function* streamCompletion(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<object> {
  const { served, texts, countsTokens } = request;
  const head = envelope('text_completion', served);
  const usages: Usage[] = [];
  const note = (usage: Usage): void => void usages.push(usage);
  for await (const choice of merged(texts.map((text) => choicesOf(request, text, { signal, note }))))
    yield { ...head, choices: [choice], ...(countsTokens && { usage: null }) };
  if (countsTokens) yield { ...head, choices: [], usage: usageOf(usages) };
}

async function* choicesOf(
  request: CompletionRequest,
  text: RawText,
  { signal, note }: { readonly signal: AbortSignal; note(usage: Usage): void },
): AsyncGenerator<Choice> {
  const { served, echoes, rate, most } = request;
  const { index } = text;
  let offset = echoes ? 0 : text.prompt.length;
  const logprobs = (rated: Echo['rated']): object | null => {
    if (rate === undefined) return null;
    const made = completionLogprobs(rated, served.texts, { offset });
    for (const { token } of rated) offset += served.texts.textOf(token).length;
    return made;
  };
  if (echoes) {
    const echoed = await echoOf(request, text, signal);
    const isAll = most === 0;
    yield { index, text: echoed.text, logprobs: logprobs(echoed.rated), finish_reason: isAll ? 'length' : null };
  }
  if (most === 0) return note({ prompt: text.ids.length, completion: 0 });
  for await (const { text: more, rated, answer } of pieces(request, text, signal)) {
    if (more !== '' || rated || answer)
      yield {
        index,
        text: more,
        logprobs: logprobs(rated ? [rated] : []),
        finish_reason: answer ? finishReason(answer.ending) : null,
      };
    if (answer) note({ prompt: text.ids.length, completion: answer.tokens.length });
  }
}
