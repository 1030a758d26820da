import type { Row } from '../data/dataset';
import { decodingOf } from '../decoding/decoding';
import { openGenerator, type Generator } from '../decoding/generator';
import type { RatedToken } from '../decoding/logprobs';
import type { Failure } from '../failure';
import { encodeInput, typedInput } from '../runs/ask/encodeInput';
import { answerOptions } from '../scoring/answerOptions';
import { openRowAnswerer, type RowAnswer } from '../use/answerRows';
import { joinAnswers } from '../use/joinAnswers';
import type { UsedPrompt } from '../use/openPromptAt';
import { createTurns } from '../use/turns';
import { ApiError } from './apiError';
import { createTextQueue, type TextQueue } from './textQueue';
import { openTokenTexts, type TokenTexts } from './tokenTexts';

/** A prompt that is served, under the name of its run. */
export interface ServedPrompt {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly used: UsedPrompt;
  readonly texts: TokenTexts;
  readonly queue: TextQueue;
  /** Decoding of the run, and what its answers are held to. */
  readonly options: ReturnType<typeof answerOptions>;
  /** Tokens that fit in front of an answer and into it. */
  readonly contextLength: number;
  /** Chooses a label. @throws Failure for an input that makes no prompt */
  classify(row: Row, signal?: AbortSignal): Promise<RowAnswer>;
  /** The template with an input, as the model reads it. */
  promptOf(row: Row): readonly number[];
  /** A text as it is, or tokens, behind what was trained. */
  rawPrompt(text: string | readonly number[]): { readonly ids: readonly number[]; readonly trained: number };
  /** How likely each token of a raw prompt is, from its first behind what was trained. */
  rate(
    ids: readonly number[],
    options: { readonly from: number; readonly rate: number; readonly signal: AbortSignal },
  ): Promise<readonly RatedToken[]>;
  close(): Promise<void>;
}

export function servePrompt(used: UsedPrompt): ServedPrompt {
  const { task, model, prompt } = used;
  const turns = createTurns();
  const answerer = openRowAnswerer(used);
  let opened: Promise<Generator> | undefined;
  const generator = (): Promise<Generator> => (opened ??= openGenerator(model));
  const { tokenizer } = model;
  return {
    id: used.name,
    created: Math.floor(Date.now() / 1000),
    used,
    texts: openTokenTexts(tokenizer),
    queue: createTextQueue(generator, prompt, turns.take),
    options: answerOptions(task, model),
    contextLength: model.configuration.contextLength - task.prefixRows,
    classify: (
      (join) => (row: Row, signal?: AbortSignal) =>
        join(typedInput(row), signal)
    )(joinAnswers(answerer, turns)),
    promptOf: (row) => encodeInput(used, typedInput(row)).prompt,
    rawPrompt(text) {
      requireRaw(used);
      const front = Array.from({ length: task.layout.prepended }, (_, row) => tokenizer.firstVirtualToken + row);
      const ids = typeof text === 'string' ? tokenizer.encode(text, true) : text;
      const unknown = ids.find((id) => id >= tokenizer.vocabularySize || id < 0 || !Number.isInteger(id));
      if (unknown !== undefined)
        throw new ApiError(400, `The model has no token ${unknown}.`, { param: 'prompt', code: 'invalid_value' });
      return { ids: [...front, ...ids], trained: front.length + task.prefixRows };
    },
    rate: (ids, options) =>
      turns.take(async () => {
        options.signal.throwIfAborted();
        return (await generator()).rate(ids, prompt, options);
      }),
    close: () =>
      turns.take(async () => {
        await answerer.close();
        await (await opened?.catch(() => undefined))?.close();
      }),
  };
}

/** What was trained stands in front of any text only where it stands in front of the template's. */
function requireRaw({ task, model }: UsedPrompt): void {
  if (model.configuration.kind === 'masked')
    throw new ApiError(400, 'The model is a masked language model, which goes on with no text; ask /v1/classify.');
  if (task.promptRows === task.layout.prepended) return;
  throw new ApiError(
    400,
    'What was trained stands between the words of the template, so that it goes in front of no other text; ' +
      'ask /v1/chat/completions or /v1/classify.',
  );
}

/** The seed of a request that names none. */
export const anySeed = (): number => Math.floor(Math.random() * 2 ** 31);

/** The seed that answers of the run are drawn with. */
export const seedOf = ({ used }: ServedPrompt): number => decodingOf(used.task.settings).seed;

/**
 * The row that an input stands for: the values by name, or the value of the only variable.
 * @throws ApiError where it is none
 */
export function rowOf({ used: { task } }: ServedPrompt, input: unknown, param: string): Row {
  const { template, answerField } = task;
  const names = template.variables.filter((name) => name !== answerField && !(name in template.defaults));
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    const unknown = Object.keys(input).find((name) => !names.includes(name) && !(name in template.defaults));
    if (unknown !== undefined && unknown !== 'messages')
      throw new ApiError(400, `The prompt reads no "${unknown}"; it reads ${names.join(', ')}.`, { param });
    return input as Row;
  }
  if (typeof input === 'string' && names.length === 1) return { [names[0]!]: input };
  throw new ApiError(
    400,
    names.length === 1
      ? `"${param}" must be a text, or an object with "${names[0]}".`
      : `"${param}" must be an object with ${names.map((name) => `"${name}"`).join(', ')}.`,
    { param },
  );
}

/** @throws the failure of a row that has no answer */
export function requireAnswer<A extends RowAnswer>(answer: A): Exclude<A, { readonly failure: Failure }> {
  if ('failure' in answer) throw answer.failure;
  return answer as Exclude<A, { readonly failure: Failure }>;
}
