import * as l10n from '@vscode/l10n';
import { below, normal, type Random } from '../../data/random';
import { Failure } from '../../failure';
import { embeddingRows } from '../../model/graph/embeddingRows';
import type { LanguageModel } from '../../model/openModel';
import { initTokens } from '../../template/render/words/initTokens';
import { renderPrompt } from '../../template/render/render';
import { frequentTokens } from './frequentTokens';
import { streamFor } from '../../data/random';
import type { Task } from '../../objective/task';

/** Spread of transformers' own initialisation. */
const normalSpread = 0.02;
/** Half-width of the uniform start, relative to the spread of the embedding table. */
const uniformSpread = Math.sqrt(3);

/**
 * The vectors virtual tokens start from, `[virtual tokens, hidden]`. Slots with `init="…"` start at those words; the
 * others as
 * `tune.init` says: `text` at the given words or the template's instruction, `labels` at the label words' mean vectors
 * (Lester et al. 2021, §3.2), `vocabulary` at frequent tokens, `uniform` within the embedding table's spread. Words
 * too few are repeated, too many cut, as in PEFT.
 */
export function initialTokens(task: Task, model: LanguageModel): Float32Array {
  const { layout, settings } = task;
  const { hiddenSize } = model.configuration;
  const values = new Float32Array(layout.total * hiddenSize);
  const random = streamFor(settings.seed, 3);
  for (const [index, slot] of layout.slots.entries()) {
    const rows = slot.init
      ? embeddings(model, repeatedWords(initTokens(task.template, index, task.encoder), slot.init, slot.length))
      : fromSetting(task, model, { length: slot.length, random });
    values.set(rows, slot.offset * hiddenSize);
  }
  return values;
}

/** @throws Failure "invalid-value" when words to start from make no token */
function fromSetting(
  task: Task,
  model: LanguageModel,
  { length, random }: { readonly length: number; readonly random: Random },
): Float32Array {
  const size = length * model.configuration.hiddenSize;
  switch (task.settings.init.kind) {
    case 'zero':
      return new Float32Array(size);
    case 'normal':
      return Float32Array.from({ length: size }, () => normalSpread * normal(random));
    case 'uniform':
      return uniform(size, model, random);
    case 'labels':
      return fromLabels(task, model, { length, random });
    default:
      return embeddings(model, startingTokens(task, model, { length, random }));
  }
}

/** Tokens whose vectors, or whose keys and values, training starts from. @throws Failure "invalid-value" */
export function startingTokens(
  task: Task,
  model: LanguageModel,
  { length, random }: { readonly length: number; readonly random: Random },
): readonly number[] {
  const { init } = task.settings;
  if (init.kind === 'vocabulary') return sampleTokens(length, model, random);
  if (init.kind === 'labels') return repeated(task.verbalizer.flat(2), length);
  const words = init.kind === 'text' ? (init.words ?? instructionOf(task)) : '';
  // These vectors have no text before them, or none that is the same in each slot.
  return words.trim() === ''
    ? sampleTokens(length, model, random)
    : repeatedWords(model.tokenizer.encode(words, false), words, length);
}

const repeated = (tokens: readonly number[], length: number): readonly number[] =>
  Array.from({ length }, (_, i) => tokens[i % tokens.length]!);

/** Rows of the embedding table. @returns `[tokens, hidden]` */
export const embeddings = (model: LanguageModel, tokens: readonly number[]): Float32Array =>
  embeddingRows(model.trainingModel, model.signature, tokens);

function repeatedWords(tokens: readonly number[], text: string, length: number): readonly number[] {
  if (tokens.length === 0)
    throw new Failure(
      'invalid-value',
      l10n.t`The words "${text}" to start virtual tokens from make no token.`,
      {},
      l10n.t`Write at least one word.`,
    );
  return repeated(tokens, length);
}

/** The template's fixed instruction text, rendered with defaults only. */
export function instructionOf(task: Pick<Task, 'template'>): string {
  return renderPrompt(task.template, {})
    .segments.map((segment) => (segment.kind === 'text' && segment.instruction ? segment.text : ''))
    .join('')
    .trim();
}

function sampleTokens(count: number, model: LanguageModel, random: Random): readonly number[] {
  const tokens = frequentTokens(model.tokenizer);
  return Array.from({ length: count }, () => tokens[below(random, tokens.length)]!);
}

function fromLabels(
  task: Task,
  model: LanguageModel,
  { length, random }: { readonly length: number; readonly random: Random },
): Float32Array {
  const { hiddenSize } = model.configuration;
  const values = embeddings(model, sampleTokens(length, model, random));
  task.verbalizer
    .flat()
    .slice(0, length)
    .forEach((word, i) => {
      const vectors = embeddings(model, word);
      for (let d = 0; d < hiddenSize; d++) {
        values[i * hiddenSize + d] = word.reduce((sum, _, t) => sum + vectors[t * hiddenSize + d]!, 0) / word.length;
      }
    });
  return values;
}

function uniform(size: number, model: LanguageModel, random: Random): Float32Array {
  const width = uniformSpread * embeddingSpread(model);
  return Float32Array.from({ length: size }, () => (2 * random.next() - 1) * width);
}

/** Root mean square of the numbers in the embedding table, over a fixed sample of rows. */
function embeddingSpread(model: LanguageModel): number {
  const rows = embeddings(model, sampleTokens(200, model, streamFor(0, 4)));
  return Math.sqrt(rows.reduce((sum, value) => sum + value * value, 0) / rows.length);
}
