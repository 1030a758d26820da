import { below, type Random } from '../data/random';
import { Failure } from '../failure';
import type { LanguageModel } from '../model/openModel';
import { tensorRows } from '../onnx/tensor';
import { renderPrompt } from '../template/render';
import { streamFor } from './order';
import type { SoftPrompt } from './prompt';
import type { Task } from './task';

/** Lester et al. sample the 5,000 most frequent tokens; BPE vocabularies are in order of frequency, after the single bytes. */
const frequentTokens = 5000;
/** Half-width of the uniform start, relative to the spread of the embedding table. */
const uniformSpread = Math.sqrt(3);

/**
 * The vectors training starts from. Slots with `init="…"` start at those words; the others as `tune.init` says: `text` at the
 * given words or the template's instruction, `labels` at the label words' mean vectors (Lester et al. 2021, §3.2), `vocabulary` at
 * frequent tokens, `uniform` anywhere within the embedding table's spread. Words too few are repeated, too many cut, as in PEFT.
 */
export function initialPrompt(task: Task, model: LanguageModel): SoftPrompt {
  const { layout, settings } = task;
  const { hiddenSize } = model.configuration;
  const values = new Float32Array(layout.total * hiddenSize);
  const random = streamFor(settings.seed, 3);
  for (const slot of layout.slots) {
    const rows = slot.init ? fromText(slot.init, slot.length, model) : fromSetting(task, model, { length: slot.length, random });
    values.set(rows, slot.offset * hiddenSize);
  }
  return { rows: layout.total, hiddenSize, values };
}

/** @throws Failure "invalid-value" when words to start from make no token */
function fromSetting(task: Task, model: LanguageModel, { length, random }: { readonly length: number; readonly random: Random }): Float32Array {
  const { init } = task.settings;
  switch (init.kind) {
    case 'uniform': return uniform(length, model, random);
    case 'vocabulary': return embeddings(model, sampleTokens(length, model, random));
    case 'labels': return fromLabels(task, model, { length, random });
    case 'text': {
      const words = init.words ?? instructionOf(task);
      return words.trim() === '' ? embeddings(model, sampleTokens(length, model, random)) : fromText(words, length, model);
    }
  }
}

const embeddings = (model: LanguageModel, tokens: readonly number[]): Float32Array =>
  tensorRows(model.model.graph.initializers.get(model.signature.embeddingTable)!, tokens);

function fromText(text: string, length: number, model: LanguageModel): Float32Array {
  const tokens = model.tokenizer.encode(text, false);
  if (tokens.length === 0) throw new Failure('invalid-value', `The words "${text}" to start virtual tokens from make no token.`, {}, 'Write at least one word.');
  return embeddings(model, Array.from({ length }, (_, i) => tokens[i % tokens.length]!));
}

/** The template's fixed instruction text, rendered with defaults only. */
function instructionOf(task: Task): string {
  return renderPrompt(task.template, {}).segments.map((segment) => (segment.kind === 'text' && segment.instruction ? segment.text : '')).join('').trim();
}

function sampleTokens(count: number, model: LanguageModel, random: Random): readonly number[] {
  const highest = Math.min(frequentTokens, model.tokenizer.vocabularySize);
  const lowest = Math.min(256, highest - 1);
  return Array.from({ length: count }, () => lowest + below(random, highest - lowest));
}

function fromLabels(task: Task, model: LanguageModel, { length, random }: { readonly length: number; readonly random: Random }): Float32Array {
  const { hiddenSize } = model.configuration;
  const values = embeddings(model, sampleTokens(length, model, random));
  task.verbalizer.flat().slice(0, length).forEach((word, i) => {
    const vectors = embeddings(model, word);
    for (let d = 0; d < hiddenSize; d++) {
      values[i * hiddenSize + d] = word.reduce((sum, _, t) => sum + vectors[t * hiddenSize + d]!, 0) / word.length;
    }
  });
  return values;
}

function uniform(length: number, model: LanguageModel, random: Random): Float32Array {
  const width = uniformSpread * embeddingSpread(model);
  return Float32Array.from({ length: length * model.configuration.hiddenSize }, () => (2 * random.next() - 1) * width);
}

/** Standard deviation of the numbers in the embedding table, over a fixed sample of rows. */
export function embeddingSpread(model: LanguageModel): number {
  const rows = embeddings(model, sampleTokens(200, model, streamFor(0, 4)));
  return Math.sqrt(rows.reduce((sum, value) => sum + value * value, 0) / rows.length);
}
