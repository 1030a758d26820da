import type { Build, Family } from './build';
import { buildGatedDecoder, type GatedDecoder } from './gatedDecoder';
import { rotaryFrequencies } from './rotary';
import { flag, layerCount, notBuilt, number, size, word, type Config } from './settings';

/** What {@link gatedSizes} reads. */
export const gatedKeys: readonly string[] = [
  'hidden_size',
  'intermediate_size',
  'num_hidden_layers',
  'num_attention_heads',
  'num_key_value_heads',
  'head_dim',
  'hidden_act',
  'max_position_embeddings',
  'rms_norm_eps',
  'rope_parameters',
  'rope_scaling',
  'rope_theta',
  'tie_word_embeddings',
  // Of models from GGUF files, which of them have biases.
  'attention_bias',
  'mlp_bias',
];

/** Llama (Touvron et al. 2023) and Mistral (Jiang et al. 2023), and what calls itself so: SmolLM2, TinyLlama … */
const buildLlama: Build = (config, tensors) => {
  const architecture = word(config, 'model_type', 'llama');
  const biased = flag(config, 'attention_bias', false);
  const window =
    architecture === 'mistral' && typeof config.sliding_window === 'number' ? config.sliding_window : undefined;
  return buildGatedDecoder(
    {
      ...gatedSizes(config, architecture),
      bias: { queriesKeysValues: biased, attentionOutput: biased, network: flag(config, 'mlp_bias', false) },
      headNorms: false,
      window: () => window,
    },
    tensors,
  );
};

export const llama: Family = {
  build: buildLlama,
  keys: {
    used: gatedKeys,
    // How products were split for training; transformers' Llama looks at no window.
    idle: ['pretraining_tp', 'sliding_window'],
    only: { rope_interleaved: [false], partial_rotary_factor: [1] },
  },
};

export const mistral: Family = { build: buildLlama, keys: { used: [...gatedKeys, 'sliding_window'] } };

/** What Llama's and Qwen's configurations say alike; defaults are those of transformers. */
export function gatedSizes(
  config: Config,
  architecture: string,
  defaultHeadSize?: number,
): Omit<GatedDecoder, 'bias' | 'headNorms' | 'window'> {
  const [hiddenSize, heads] = [size(config, ['hidden_size']), size(config, ['num_attention_heads'])];
  const keyValueHeads = size(config, ['num_key_value_heads'], heads);
  const headSize = size(config, ['head_dim'], defaultHeadSize ?? hiddenSize / heads);
  if (heads % keyValueHeads !== 0 || headSize % 2 !== 0)
    throw notBuilt(architecture, `${heads} heads, ${keyValueHeads} for keys and values, of ${headSize} numbers each,`);
  return {
    architecture,
    hiddenSize,
    heads,
    keyValueHeads,
    headSize,
    vocabulary: size(config, ['vocab_size']),
    intermediateSize: size(config, ['intermediate_size']),
    layers: layerCount(config, ['num_hidden_layers']),
    epsilon: number(config, ['rms_norm_eps'], 1e-6),
    activation: word(config, 'hidden_act', 'silu'),
    frequencies: rotaryFrequencies(config, headSize, architecture),
    tied: flag(config, 'tie_word_embeddings', false),
  };
}
