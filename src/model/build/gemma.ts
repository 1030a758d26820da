import * as l10n from '@vscode/l10n';
import type { Family } from './build';
import type { GatedDecoder } from './gatedDecoder';
import { gatedFamily, slidingLayers, windowOf } from './gatedFamilies';
import { requireKnownKeys } from './knownKeys';
import { rotationOf, type Rotation } from './rotary';
import { flag, number, optionalNumber, size, word, type Config } from './settings';

/** What all Gemmas do: embeddings times √hidden, norms that are added to one. */
const gemma = (config: Config, { hiddenSize }: GatedDecoder): Partial<GatedDecoder> => ({
  embeddingScale: Math.sqrt(hiddenSize),
  // llama.cpp's converter has added the one already.
  normsFromOne: flag(config, 'norms_from_one', true),
});

/** Gemma 2 and 3: norms before and behind each part, their own scale, bounded logits. */
const later = (config: Config, usual: GatedDecoder): Partial<GatedDecoder> => ({
  ...gemma(config, usual),
  norms: {
    attention: { before: 'input_layernorm', after: 'post_attention_layernorm' },
    network: { before: 'pre_feedforward_layernorm', after: 'post_feedforward_layernorm' },
  },
  activation: word(config, 'hidden_activation', 'gelu_pytorch_tanh'),
  attentionScale: number(config, ['query_pre_attn_scalar'], 256) ** -0.5,
  logitsCap: optionalNumber(config, 'final_logit_softcapping'),
});

const common = {
  rms_norm_eps: 1e-6,
  head_dim: 256,
  tie_word_embeddings: true,
};
const keys = ['attention_bias', 'hidden_activation', 'norms_from_one'];
const laterKeys = [...keys, 'final_logit_softcapping', 'layer_types', 'query_pre_attn_scalar', 'sliding_window'];
/** How generated texts are cached. Gemma 2 and 3 call their activation otherwise. */
const idle = ['cache_implementation', 'hidden_act'];
const causal = { use_bidirectional_attention: [false] };

/** Gemma 3's layers with a window have a rotation of their own. */
function rotations(config: Config, headSize: number): { readonly near: Rotation; readonly far: Rotation } {
  const stated = (config.rope_parameters ?? {}) as Config;
  requireKnownKeys(
    stated,
    { used: ['full_attention', 'sliding_attention'] },
    { of: l10n.t`the rotary positions of Gemma 3` },
  );
  const near = (stated.sliding_attention ?? {}) as Config;
  const far = (stated.full_attention ?? config.rope_scaling ?? {}) as Config;
  return {
    near: rotationOf(config, headSize, {
      stated: { rope_theta: number(config, ['rope_local_base_freq'], 10000), ...near },
    }),
    far: rotationOf(config, headSize, { stated: { rope_theta: number(config, ['rope_theta'], 1e6), ...far } }),
  };
}

/** By transformers' `model_type`. */
export const gemmaFamilies: Readonly<Record<string, Family>> = {
  /** Gemma Team 2024. */
  gemma: gatedFamily({
    defaults: { ...common, rope_theta: 10000 },
    used: keys,
    only: causal,
    differs: (config, usual) => ({
      ...gemma(config, usual),
      // The first files say "gelu" and mean its approximation.
      activation:
        usual.activation === 'gelu' || config.hidden_act === undefined ? 'gelu_pytorch_tanh' : usual.activation,
    }),
  }),

  /** Gemma Team 2024: every other layer has a window, scores are bounded. */
  gemma2: gatedFamily({
    defaults: {
      ...common,
      rope_theta: 10000,
      sliding_window: 4096,
      attn_logit_softcapping: 50,
      final_logit_softcapping: 30,
    },
    used: [...laterKeys, 'attn_logit_softcapping'],
    idle,
    only: causal,
    differs: (config, usual) => ({
      ...later(config, usual),
      attentionCap: optionalNumber(config, 'attn_logit_softcapping'),
      window: windowOf(
        config,
        slidingLayers(config, usual, (layer) => layer % 2 === 0),
      ),
    }),
  }),

  /** Gemma Team 2025: five layers with a window for one without, queries and keys normalised. */
  gemma3_text: gatedFamily({
    defaults: {
      ...common,
      vocab_size: 262208,
      hidden_size: 2304,
      intermediate_size: 9216,
      num_hidden_layers: 26,
      num_attention_heads: 8,
      num_key_value_heads: 4,
      max_position_embeddings: 131072,
      sliding_window: 4096,
    },
    used: [...laterKeys, '_sliding_window_pattern', 'rope_local_base_freq', 'sliding_window_pattern'],
    idle,
    // transformers reads no bound of scores for Gemma 3.
    only: { ...causal, attn_logit_softcapping: [] },
    differs: (config, usual) => {
      const pattern = size(config, ['sliding_window_pattern', '_sliding_window_pattern'], 6);
      const slides = slidingLayers(config, usual, (layer) => (layer + 1) % pattern !== 0);
      const { near, far } = rotations(config, usual.headSize);
      return {
        ...later(config, usual),
        headNorms: 'each',
        window: windowOf(config, slides),
        rotation: (layer) => (slides(layer) ? near : far),
      };
    },
  }),
};
