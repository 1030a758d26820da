import type { KnownKeys } from '../build/knownKeys';
import type { Config } from '../build/settings';
import type { StoredWeight } from '../weights/weights';
import type { GgufSettings } from './settings';

/** A GGUF file's settings, and its weights by the names that it gives them. */
export interface GgufContents {
  readonly settings: GgufSettings;
  readonly weights: ReadonlyMap<string, StoredWeight>;
  /** The numbers of a small vector of the file; undefined where it has none of the name. */
  vector(name: string): readonly number[] | undefined;
}

/** How a GGUF file of one architecture names its weights and settings. */
export interface GgufFamily {
  /** Names that occur once: GGUF's → transformers'. */
  readonly single: Readonly<Record<string, string>>;
  /** Names in each layer, without `blk.N.`: GGUF's → transformers', `#` for the layer's number. */
  readonly inLayer: Readonly<Record<string, string>>;
  /** What the file may state under the architecture's own name, without that name. */
  keys(settings: GgufSettings): KnownKeys;
  /** Rows that llama.cpp's converter moved, by GGUF's name in the layer. */
  rowOrder?(name: string, weight: StoredWeight, settings: GgufSettings): ((row: number) => number) | undefined;
  /** The settings that `config.json` would state. @throws Failure "model-configuration", "model-architecture" */
  config(contents: GgufContents): Config;
}

/** @param stem of a layer's names, in front of the layer's number */
export const underLayers = (names: Readonly<Record<string, string>>, stem: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).map(([gguf, name]) => [gguf, `${stem}.#.${name}`]));

/** How rotary positions are scaled: linear scaling states its factor, Llama 3's divisors are a vector of the file. */
export function ropeOf({ settings, vector }: GgufContents): Config {
  const kind = settings.word('rope.scaling.type') ?? 'none';
  const factors = vector('rope_freqs.weight');
  return {
    rope_theta: settings.number('rope.freq_base'),
    rope_type: factors ? 'factors' : kind === 'none' ? 'default' : kind,
    ...(kind !== 'none' && { factor: settings.number('rope.scaling.factor') }),
    ...(factors && { factors }),
  };
}

/** Keys that all families may state. */
export const commonKeys: readonly string[] = [
  'embedding_length',
  'feed_forward_length',
  'block_count',
  'context_length',
  'attention.head_count',
];

/** Keys that say nothing which the weights and the other keys do not, or that only training looks at. */
export const idleKeys: readonly string[] = [
  'vocab_size',
  'tensor_data_layout',
  'rope.scaling.original_context_length',
  'rope.scaling.finetuned',
];

export const ropeKeys: readonly string[] = ['rope.freq_base', 'rope.scaling.type', 'rope.scaling.factor'];
