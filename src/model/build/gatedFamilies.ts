import * as l10n from '@vscode/l10n';
import type { Family } from './build';
import type { Experts } from './experts';
import type { KnownKeys } from './knownKeys';
import { buildGatedDecoder, type GatedDecoder } from './gatedDecoder';
import { rotationOf, statedRotation } from './rotary';
import { flag, layerCount, notBuilt, number, optionalNumber, perLayer, size, word, type Config } from './settings';

/** A family that is told by how it differs from Llama. */
interface GatedFamily {
  readonly defaults: Config;
  /** Keys that it reads besides those that all read. */
  readonly used?: readonly string[];
  readonly idle?: readonly string[];
  readonly only?: KnownKeys['only'];
  /** @param usual what Llama would be with this configuration */
  readonly differs?: (config: Config, usual: GatedDecoder) => Partial<GatedDecoder>;
}

/** Keys that all of these families read. */
const gatedKeys: readonly string[] = [
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
];

/** Files state keys of their kin, with the value that means "not here". Which have biases, each family says. */
const plain: KnownKeys['only'] = {
  attention_bias: [false],
  mlp_bias: [false],
  partial_rotary_factor: [1],
  rope_interleaved: [false],
};

export const gatedFamily = ({ defaults, used = [], idle = [], only, differs }: GatedFamily): Family => ({
  defaults,
  // How products were split for training changes nothing.
  keys: { used: [...gatedKeys, ...used], idle: ['pretraining_tp', ...idle], only: { ...plain, ...only } },
  build: (config, tensors) => {
    const usual = usualDecoder(config);
    return buildGatedDecoder({ ...usual, ...differs?.(config, usual) }, tensors);
  },
});

/** What the configurations of these families say alike, as Llama means it. */
function usualDecoder(config: Config): GatedDecoder {
  const architecture = word(config, 'model_type', 'llama');
  const [hiddenSize, heads] = [size(config, ['hidden_size']), size(config, ['num_attention_heads'])];
  const keyValueHeads = size(config, ['num_key_value_heads'], heads);
  const headSize = size(config, ['head_dim'], hiddenSize / heads);
  if (heads % keyValueHeads !== 0 || headSize % 2 !== 0)
    throw notBuilt(
      architecture,
      l10n.t`${heads} heads, ${keyValueHeads} for keys and values, of ${headSize} numbers each,`,
    );
  return {
    architecture,
    hiddenSize,
    heads,
    keyValueHeads,
    headSize,
    vocabulary: size(config, ['vocab_size']),
    intermediateSize: size(config, ['intermediate_size']),
    layers: layerCount(config, ['num_hidden_layers']),
    epsilon: number(config, ['rms_norm_eps']),
    activation: word(config, 'hidden_act', 'silu'),
    tied: flag(config, 'tie_word_embeddings', false),
    ...llama(config, headSize),
  };
}

/** What Llama does where its kin differ. */
function llama(config: Config, headSize: number): Omit<GatedDecoder, keyof Sizes> {
  const biased = flag(config, 'attention_bias', false);
  return {
    bias: { queriesKeysValues: biased, attentionOutput: biased, network: flag(config, 'mlp_bias', false) },
    headNorms: 'none',
    norms: { attention: { before: 'input_layernorm' }, network: { before: 'post_attention_layernorm' } },
    normsFromOne: false,
    fused: false,
    attentionScale: headSize ** -0.5,
    logitsScale: 1,
    embeddingScale: 1,
    residualScale: 1,
    rotation: () => rotationOf(config, headSize),
    window: () => undefined,
    experts: () => undefined,
  };
}

type Sizes = Pick<
  GatedDecoder,
  | 'architecture'
  | 'hiddenSize'
  | 'heads'
  | 'keyValueHeads'
  | 'headSize'
  | 'vocabulary'
  | 'intermediateSize'
  | 'layers'
  | 'epsilon'
  | 'activation'
  | 'tied'
>;

/**
 * Whether a layer looks back no further than the window, as `layer_types` lists them.
 * @param otherwise where the configuration lists no layers
 */
export function slidingLayers(
  config: Config,
  { architecture, layers }: Pick<GatedDecoder, 'architecture' | 'layers'>,
  otherwise: (layer: number) => boolean,
): (layer: number) => boolean {
  const kinds = perLayer(config, 'layer_types', layers);
  const unknown = kinds?.find((kind) => kind !== 'sliding_attention' && kind !== 'full_attention');
  if (unknown !== undefined) throw notBuilt(architecture, l10n.t`layers of the type "${String(unknown)}"`);
  return kinds ? (layer) => kinds[layer] === 'sliding_attention' : otherwise;
}

/** The window of the layers that have one. */
export function windowOf(config: Config, slides: (layer: number) => boolean): GatedDecoder['window'] {
  const width = optionalNumber(config, 'sliding_window');
  return (layer) => (slides(layer) ? width : undefined);
}

const rotated = { rms_norm_eps: 1e-6, rope_theta: 10000 };
const windowKeys = ['layer_types', 'max_window_layers', 'sliding_window', 'use_sliding_window'];

/**
 * Where windows are used at all, Qwen's layers from `max_window_layers` on have one, unless the configuration lists
 * the layers.
 */
function qwenWindow(config: Config, usual: GatedDecoder): GatedDecoder['window'] {
  const first = number(config, ['max_window_layers'], 28);
  const slides = slidingLayers(config, usual, (layer) => layer >= first);
  return flag(config, 'use_sliding_window', false) ? windowOf(config, slides) : () => undefined;
}

/** Every `decoder_sparse_step`-th layer is a mixture, but for those that are listed. */
function qwenExperts(config: Config): (layer: number) => Experts | undefined {
  const count = size(config, ['num_experts', 'num_local_experts'], 128);
  const step = size(config, ['decoder_sparse_step'], 1);
  const dense = [config.mlp_only_layers ?? []].flat();
  const experts = {
    count,
    chosen: size(config, ['num_experts_per_tok'], 8),
    normalised: flag(config, 'norm_topk_prob', false),
    intermediateSize: size(config, ['moe_intermediate_size'], 768),
  };
  return (layer) => (!dense.includes(layer) && (layer + 1) % step === 0 ? experts : undefined);
}

/** `no_rope_layers` has 1 for a layer that is rotated; where it is missing, one layer in so many is not. */
function rotatedLayers(config: Config, { layers, rotation }: GatedDecoder): GatedDecoder['rotation'] {
  const listed = perLayer(config, 'no_rope_layers', layers);
  const interval = size(config, ['no_rope_layer_interval'], 4);
  return (layer) => ((listed ? listed[layer] : (layer + 1) % interval) ? rotation(layer) : undefined);
}

/** By transformers' `model_type`. */
export const gatedFamilies: Readonly<Record<string, Family>> = {
  /** Touvron et al. 2023, and what calls itself so: SmolLM2, TinyLlama … */
  llama: gatedFamily({
    defaults: rotated,
    used: ['attention_bias', 'mlp_bias'],
    // transformers' Llama looks at no window; the rest stands in the language model of SmolVLM.
    idle: [
      'sliding_window',
      '_flash_attn_2_enabled',
      'neftune_noise_alpha',
      'perceiver_config',
      'pixel_shuffle_factor',
    ],
    only: { qk_layer_norms: [false], use_resampler: [false] },
  }),

  /** Jiang et al. 2023. */
  mistral: gatedFamily({
    defaults: { ...rotated, sliding_window: 4096 },
    used: ['sliding_window'],
    differs: (config) => {
      const width = optionalNumber(config, 'sliding_window');
      return { window: () => width };
    },
  }),

  /** Yang et al. 2024, and 2.5: queries, keys and values with a bias. */
  qwen2: gatedFamily({
    defaults: rotated,
    used: windowKeys,
    // Files of Qwen 2 state either for its biases, which are always where they are.
    only: { attention_bias: [true, false] },
    differs: (config, usual) => ({
      bias: { queriesKeysValues: true, attentionOutput: false, network: false },
      window: qwenWindow(config, usual),
    }),
  }),

  /** Yang et al. 2025: no bias, and each head's queries and keys normalised. */
  qwen3: gatedFamily({
    defaults: { ...rotated, head_dim: 128 },
    used: [...windowKeys, 'attention_bias'],
    differs: (config, usual) => ({ headNorms: 'each', window: qwenWindow(config, usual) }),
  }),

  /** Yang et al. 2025: Qwen 3 as a mixture of experts. */
  qwen3_moe: gatedFamily({
    defaults: rotated,
    used: [
      'attention_bias',
      'decoder_sparse_step',
      'max_window_layers',
      'mlp_only_layers',
      'moe_intermediate_size',
      'norm_topk_prob',
      'num_experts',
      'num_experts_per_tok',
      'num_local_experts',
      'sliding_window',
      'use_sliding_window',
    ],
    idle: ['output_router_logits', 'router_aux_loss_coef'],
    differs: (config) => {
      const width = flag(config, 'use_sliding_window', false) ? number(config, ['sliding_window'], 4096) : undefined;
      return { headNorms: 'each', window: () => width, experts: qwenExperts(config) };
    },
  }),

  /** Abdin et al. 2024 (Phi 3) and 2025 (Phi 4 mini): fused matrices, part of each head rotated, LongRoPE. */
  phi3: gatedFamily({
    defaults: { rms_norm_eps: 1e-5, rope_theta: 10000 },
    used: ['original_max_position_embeddings', 'partial_rotary_factor', 'sliding_window'],
    idle: ['embd_pdrop', 'resid_pdrop'],
    only: { full_attn_mod: [1], interpolate_factor: [1], lm_head_bias: [false] },
    differs: (config, { headSize }) => {
      const width = optionalNumber(config, 'sliding_window');
      const part = number(
        statedRotation(config),
        ['partial_rotary_factor'],
        number(config, ['partial_rotary_factor'], 1),
      );
      return { fused: true, rotation: () => rotationOf(config, headSize, { part }), window: () => width };
    },
  }),

  /** Granite 3 (IBM 2024): four multipliers. */
  granite: gatedFamily({
    defaults: rotated,
    used: [
      'attention_bias',
      'attention_multiplier',
      'embedding_multiplier',
      'logits_scaling',
      'mlp_bias',
      'residual_multiplier',
    ],
    differs: (config) => ({
      attentionScale: number(config, ['attention_multiplier'], 1),
      embeddingScale: number(config, ['embedding_multiplier'], 1),
      residualScale: number(config, ['residual_multiplier'], 1),
      logitsScale: 1 / number(config, ['logits_scaling'], 1),
    }),
  }),

  /** SmolLM 3 (Hugging Face 2025): every fourth layer without positions. */
  smollm3: gatedFamily({
    defaults: { rms_norm_eps: 1e-6, rope_theta: 2e6, num_key_value_heads: 4, tie_word_embeddings: true },
    used: ['attention_bias', 'mlp_bias', 'no_rope_layer_interval', 'no_rope_layers', ...windowKeys],
    differs: (config, usual) => {
      const rotation = rotatedLayers(config, usual);
      const slides = slidingLayers(config, usual, (layer) => rotation(layer) === undefined);
      const windowed = flag(config, 'use_sliding_window', false);
      return { rotation, window: windowed ? windowOf(config, slides) : () => undefined };
    },
  }),

  /** OLMo et al. 2024: norms behind attention and network, queries and keys normalised over all heads. */
  olmo2: gatedFamily({
    defaults: { rms_norm_eps: 1e-5, rope_theta: 10000 },
    used: ['attention_bias'],
    differs: () => ({
      headNorms: 'together',
      norms: { attention: { after: 'post_attention_layernorm' }, network: { after: 'post_feedforward_layernorm' } },
    }),
  }),

  /** ERNIE 4.5 (Baidu 2025): neighbours are rotated together. */
  ernie4_5: gatedFamily({
    defaults: { rms_norm_eps: 1e-5, rope_theta: 5e5, head_dim: 128, num_key_value_heads: 2, tie_word_embeddings: true },
    used: ['use_bias'],
    only: { compression_ratio: [1] },
    differs: (config, { headSize }) => {
      const biased = flag(config, 'use_bias', false);
      return {
        bias: { queriesKeysValues: biased, attentionOutput: biased, network: biased },
        rotation: () => ({ ...rotationOf(config, headSize), neighbours: true }),
      };
    },
  }),
};
