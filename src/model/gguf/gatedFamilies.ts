import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { Config } from '../build/settings';
import type { StoredWeight } from '../weights/weights';
import { commonKeys, idleKeys, ropeKeys, ropeOf, underLayers, type GgufContents, type GgufFamily } from './family';
import type { GgufSettings } from './settings';

const single = { token_embd: 'model.embed_tokens', output_norm: 'model.norm', output: 'lm_head' };

const attention = {
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
};
const network = { ffn_gate: 'mlp.gate_proj', ffn_up: 'mlp.up_proj', ffn_down: 'mlp.down_proj' };
const normsBefore = { attn_norm: 'input_layernorm', ffn_norm: 'post_attention_layernorm' };
const normsAfter = { post_attention_norm: 'post_attention_layernorm', post_ffw_norm: 'post_feedforward_layernorm' };
const normsAround = { attn_norm: 'input_layernorm', ffn_norm: 'pre_feedforward_layernorm', ...normsAfter };
const fused = { attn_qkv: 'self_attn.qkv_proj', attn_output: attention.attn_output };
const mixture = {
  ffn_gate_inp: 'mlp.gate',
  ffn_gate_exps: 'mlp.experts.gate_proj',
  ffn_up_exps: 'mlp.experts.up_proj',
  ffn_down_exps: 'mlp.experts.down_proj',
};

/** A family that is told by how its files differ from Llama's. */
interface Gated {
  /** As transformers calls it. */
  readonly type: string;
  readonly names: Readonly<Record<string, string>>;
  readonly keys?: readonly string[];
  /** Whether the converter moved the rows of queries and keys. */
  readonly moved?: boolean;
  /** Whether part of a head may be rotated. */
  readonly partly?: boolean;
  readonly more?: (contents: GgufContents, usual: Config) => Config;
}

const gated = ({ type, names, keys = [], moved = false, partly = false, more }: Gated): GgufFamily => ({
  single,
  inLayer: underLayers(names, 'model.layers'),
  keys: (settings) => ({
    used: [...commonKeys, ...ropeKeys, ...gatedKeys, ...keys, ...(partly ? ['rope.dimension_count'] : [])],
    idle: idleKeys,
    only: {
      'rope.dimension_count': [headSizeOf(settings)],
      'attention.value_length': [headSizeOf(settings)],
      'rope.scale_linear': [1],
      'attention.causal': [true],
      expert_count: [0],
      expert_used_count: [0],
    },
  }),
  ...(moved && { rowOrder: interleavedRows }),
  config: (contents) => {
    const usual = { ...usualConfig(contents), model_type: type };
    return { ...usual, ...more?.(contents, usual) };
  },
});

const gatedKeys: readonly string[] = [
  'attention.head_count_kv',
  'attention.key_length',
  'attention.layer_norm_rms_epsilon',
];

const headSizeOf = (settings: GgufSettings): number =>
  settings.number('attention.key_length') ??
  (settings.number('embedding_length') ?? NaN) / (settings.number('attention.head_count') ?? NaN);

/** @throws Failure "model-configuration" */
function usualConfig(contents: GgufContents): Config {
  const { settings, weights } = contents;
  return {
    hidden_size: settings.number('embedding_length'),
    intermediate_size: settings.number('feed_forward_length'),
    num_hidden_layers: settings.number('block_count'),
    num_attention_heads: settings.number('attention.head_count'),
    num_key_value_heads: settings.number('attention.head_count_kv'),
    head_dim: headSizeOf(settings),
    rms_norm_eps: settings.number('attention.layer_norm_rms_epsilon'),
    max_position_embeddings: settings.number('context_length'),
    rope_parameters: ropeOf(contents),
    attention_bias: weights.has('blk.0.attn_q.bias'),
    mlp_bias: weights.has('blk.0.ffn_gate.bias'),
  };
}

/**
 * llama.cpp turns neighbouring numbers together, transformers one of each half of a head; its converter moves the rows
 * of queries and keys accordingly.
 */
function interleavedRows(
  name: string,
  { dims }: StoredWeight,
  settings: GgufSettings,
): ((row: number) => number) | undefined {
  const part = name.split('.')[0];
  if (part !== 'attn_q' && part !== 'attn_k') return undefined;
  const heads = settings.number('attention.head_count') ?? 0;
  const count = part === 'attn_q' ? heads : (settings.number('attention.head_count_kv') ?? heads);
  const half = dims[0]! / count / 2;
  if (!Number.isSafeInteger(half) || half < 1) return undefined;
  return (row) => {
    const within = row % (2 * half);
    return row - within + 2 * (within % half) + Math.floor(within / half);
  };
}

/** A Mixtral calls itself llama. @throws Failure "model-architecture" */
function requireOneNetwork(settings: GgufSettings): void {
  const experts = settings.number('expert_count') ?? 0;
  if (experts > 0)
    throw new Failure(
      'model-architecture',
      l10n.t`The file holds a mixture of ${experts} experts of the Llama kind (Mixtral), which cannot be opened; its \
architecture calls itself "${settings.architecture}".`,
      {},
      l10n.t`Choose a model without experts, or a Qwen 3 mixture.`,
    );
}

/** A window of 0 means none. */
const windowOf = (settings: GgufSettings): number | null => settings.number('attention.sliding_window') || null;

/** Which layers have the window, where the file says it: a flag for each, or how many layers it is from one without. */
function slidingPattern(settings: GgufSettings): Config {
  const pattern = settings.value('attention.sliding_window_pattern');
  if (pattern === undefined) return {};
  const slides =
    typeof pattern === 'number'
      ? Array.from({ length: settings.number('block_count') ?? 0 }, (_, layer) => (layer + 1) % pattern !== 0)
      : [pattern].flat();
  return { layer_types: slides.map((each) => (each ? 'sliding_attention' : 'full_attention')) };
}

/**
 * Files of Gemma 2 and 3 leave out what scores are divided by; llama.cpp knows it by the number of layers: the largest
 * of each has √(hidden / heads), the others √(head size).
 */
function gemmaScale(largest: number, usual: Config): Config {
  const perHead = (usual.hidden_size as number) / (usual.num_attention_heads as number);
  return { query_pre_attn_scalar: usual.num_hidden_layers === largest ? perHead : usual.head_dim };
}

const gemma2Layers = 46;
const gemma3Layers = 62;

/** llama.cpp's converter adds the one to the norms. */
const gemmaNorms = { norms_from_one: false };

const windowKeys = ['attention.sliding_window', 'attention.sliding_window_pattern'];

/** By `general.architecture`. Where rows are not moved, queries and keys are laid out as in transformers. */
export const gatedGguf: Readonly<Record<string, GgufFamily>> = {
  llama: gated({
    type: 'llama',
    names: { ...normsBefore, ...attention, ...network },
    keys: ['attention.sliding_window', 'expert_count', 'expert_used_count'],
    moved: true,
    more: ({ settings }) => {
      requireOneNetwork(settings);
      const window = windowOf(settings);
      return window ? { model_type: 'mistral', sliding_window: window } : {};
    },
  }),
  qwen2: gated({
    type: 'qwen2',
    names: { ...normsBefore, ...attention, ...network },
  }),
  qwen3: gated({
    type: 'qwen3',
    names: { ...normsBefore, ...attention, ...network },
    keys: ['pooling_type'],
  }),
  qwen3moe: gated({
    type: 'qwen3_moe',
    names: { ...normsBefore, ...attention, ...mixture },
    keys: ['expert_count', 'expert_feed_forward_length', 'expert_used_count', 'expert_weights_norm'],
    more: ({ settings }) => ({
      num_experts: settings.number('expert_count'),
      num_experts_per_tok: settings.number('expert_used_count'),
      moe_intermediate_size: settings.number('expert_feed_forward_length'),
      norm_topk_prob: settings.flag('expert_weights_norm') ?? true,
    }),
  }),
  gemma: gated({
    type: 'gemma',
    names: { ...normsBefore, ...attention, ...network },
    more: () => gemmaNorms,
  }),
  gemma2: gated({
    type: 'gemma2',
    names: { ...normsAround, ...attention, ...network },
    keys: ['attn_logit_softcapping', 'final_logit_softcapping', ...windowKeys],
    more: ({ settings }, usual) => ({
      ...gemmaNorms,
      ...gemmaScale(gemma2Layers, usual),
      ...slidingPattern(settings),
      sliding_window: windowOf(settings),
      attn_logit_softcapping: settings.number('attn_logit_softcapping'),
      final_logit_softcapping: settings.number('final_logit_softcapping'),
    }),
  }),
  gemma3: gated({
    type: 'gemma3_text',
    names: { ...normsAround, ...attention, ...network },
    keys: ['final_logit_softcapping', 'rope.freq_base_swa', ...windowKeys],
    more: (contents, usual) => {
      const { settings } = contents;
      const window = windowOf(settings);
      return {
        ...gemmaNorms,
        ...gemmaScale(gemma3Layers, usual),
        ...(window ? slidingPattern(settings) : { sliding_window_pattern: 1 }),
        sliding_window: window,
        final_logit_softcapping: settings.number('final_logit_softcapping'),
        rope_parameters: {
          full_attention: stated(ropeOf(contents)),
          sliding_attention: stated({ rope_theta: settings.number('rope.freq_base_swa') }),
        },
      };
    },
  }),
  phi3: gated({
    type: 'phi3',
    names: { ...normsBefore, ...fused, ffn_up: 'mlp.gate_up_proj', ffn_down: network.ffn_down },
    keys: ['attention.sliding_window', 'rope.scaling.attn_factor'],
    partly: true,
    more: phi3Config,
  }),
  granite: gated({
    type: 'granite',
    names: { ...normsBefore, ...attention, ...network },
    keys: ['attention.scale', 'embedding_scale', 'logit_scale', 'residual_scale'],
    moved: true,
    more: ({ settings }, usual) => ({
      attention_multiplier: settings.number('attention.scale') ?? (usual.head_dim as number) ** -0.5,
      embedding_multiplier: settings.number('embedding_scale'),
      residual_multiplier: settings.number('residual_scale'),
      logits_scaling: settings.number('logit_scale'),
    }),
  }),
  smollm3: gated({
    type: 'smollm3',
    names: { ...normsBefore, ...attention, ...network },
    moved: true,
    // llama.cpp knows that every fourth layer has no positions; the file does not say it.
    more: () => ({ no_rope_layer_interval: 4 }),
  }),
  olmo2: gated({
    type: 'olmo2',
    names: { ...normsAfter, ...attention, ...network },
  }),
  ernie4_5: gated({
    type: 'ernie4_5',
    names: { ...normsBefore, ...attention, ...network },
    more: (_, { attention_bias: biased }) => ({ attention_bias: false, mlp_bias: false, use_bias: biased }),
  }),
};

/** LongRoPE's factors are vectors of the file. */
function phi3Config({ settings, vector }: GgufContents, usual: Config): Config {
  const [short, long] = [vector('rope_factors_short.weight'), vector('rope_factors_long.weight')];
  const headSize = usual.head_dim as number;
  const rotated = settings.number('rope.dimension_count') ?? headSize;
  return {
    sliding_window: windowOf(settings),
    original_max_position_embeddings: settings.number('rope.scaling.original_context_length'),
    rope_parameters: stated({
      ...(usual.rope_parameters as Config),
      partial_rotary_factor: rotated / headSize,
      ...(short && {
        rope_type: 'longrope',
        short_factor: short,
        long_factor: long,
        attention_factor: settings.number('rope.scaling.attn_factor'),
      }),
    }),
  };
}

const stated = (config: Config): Config =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
