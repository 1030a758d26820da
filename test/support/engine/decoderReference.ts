import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LanguageModel } from '../../../src/model/openModel';
import { layOut, type Batch } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { prefixWidth, type SoftPrompt } from '../../../src/objective/prompt';
import { models } from '../running/paths';

/** What PyTorch computed with the weights of a tiny decoder; architectures.py in test/models makes them. */
export interface DecoderReference {
  readonly prompts: readonly (readonly number[])[];
  readonly answers: readonly (readonly number[])[];
  /** Virtual tokens in front of the prompts, and rows of keys and values in every layer. */
  readonly virtual: number;
  readonly prefix: number;
  readonly loss: number;
  readonly softLoss: number;
  readonly softGradient: readonly number[];
  readonly prefixLoss: number;
  readonly prefixGradient: readonly number[];
  readonly generated: readonly (readonly number[])[];
  readonly softGenerated: readonly (readonly number[])[];
}

export const readDecoderReference = (name: string): DecoderReference =>
  JSON.parse(readFileSync(join(models, 'architectures', name, 'expected.json'), 'utf8')) as DecoderReference;

/** What is trained: nothing, vectors in front, or keys and values in every layer. */
export type Trained = 'nothing' | 'soft' | 'prefix';

/** 0.5 sin(0.7 i + phase), as the recipe fills prompts and prefixes. */
export const wave = (count: number, phase = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => 0.5 * Math.sin(0.7 * i + phase));

/** The recipe's prompt. */
export function referencePrompt(
  model: LanguageModel,
  trained: 'soft' | 'prefix',
  { virtual, prefix }: DecoderReference,
): SoftPrompt {
  const { hiddenSize } = model.configuration;
  if (trained === 'soft') return { rows: virtual, hiddenSize, values: wave(virtual * hiddenSize) };
  const width = prefixWidth(model);
  return {
    rows: 0,
    hiddenSize,
    values: new Float32Array(),
    prefix: { rows: prefix, width, values: wave(prefix * width, 1) },
  };
}

export const virtualIds = ({ tokenizer }: LanguageModel, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => tokenizer.firstVirtualToken + i);

/** Prompts with answers, some ids in front of each. */
export const answeredPrompts = (
  { prompts, answers }: Pick<DecoderReference, 'prompts' | 'answers'>,
  front: readonly number[] = [],
): readonly Example[] =>
  prompts.map((prompt, row) => ({
    row,
    prompt: [...front, ...prompt],
    expected: '',
    label: -1,
    answer: answers[row]!,
  }));

/** The recipe's batch; what opens all prompts of virtual tokens is run once where the model has a cache for it. */
export function referenceBatch(model: LanguageModel, trained: Trained, reference: DecoderReference): Batch {
  const front = trained === 'soft' ? virtualIds(model, reference.virtual) : [];
  return layOut(answeredPrompts(reference, front), {
    objective: 'token',
    verbalizer: [],
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix: trained === 'soft' && model.signature.cache.length > 0,
    deepRows: trained === 'prefix' ? reference.prefix : 0,
  });
}

const endToken = 2;

/** Generated rows, each cut at the token that ends a text. */
export const upToEnd = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  rows.map((ids) => (ids.includes(endToken) ? ids.slice(0, ids.indexOf(endToken)) : ids));
