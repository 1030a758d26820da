import type { StoredWeight } from '../weights/weights';
import type { KnownKeys } from '../build/knownKeys';
import { metadataNumber, metadataNumbers, type Metadata } from './metadata';

/** How a GGUF file of one architecture names its weights and settings. */
export interface GgufFamily {
  /** Names that occur once: GGUF's → transformers'. */
  readonly single: Readonly<Record<string, string>>;
  /** Names in each layer, without `blk.N.`: GGUF's → transformers', `#` for the layer's number. */
  readonly inLayer: Readonly<Record<string, string>>;
  /** Rows that llama.cpp's converter moved, by GGUF's name in the layer. */
  rowOrder?(name: string, weight: StoredWeight, metadata: Metadata): ((row: number) => number) | undefined;
  /** What the file may state under the architecture's own name, without that name. */
  keys(metadata: Metadata): KnownKeys;
  /** The settings that `config.json` would state. */
  config(metadata: Metadata): Readonly<Record<string, unknown>>;
}

const llamaLayer = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};
const underLayers = (names: Readonly<Record<string, string>>, stem: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).map(([gguf, name]) => [gguf, `${stem}.#.${name}`]));

const gated = {
  single: { token_embd: 'model.embed_tokens', output_norm: 'model.norm', output: 'lm_head' },
  inLayer: underLayers(llamaLayer, 'model.layers'),
};

/** Keys that say nothing which the weights and the other keys do not, or that only training looks at. */
const idleKeys = ['vocab_size', 'tensor_data_layout', 'rope.scaling.original_context_length', 'rope.scaling.finetuned'];

const gatedKeys =
  (architecture: string) =>
  (metadata: Metadata): KnownKeys => {
    const at = (name: string): number | undefined => metadataNumber(metadata, `${architecture}.${name}`);
    const headSize =
      at('attention.key_length') ?? (at('embedding_length') ?? NaN) / (at('attention.head_count') ?? NaN);
    return {
      used: [
        'embedding_length',
        'feed_forward_length',
        'block_count',
        'context_length',
        'attention.head_count',
        'attention.head_count_kv',
        'attention.key_length',
        'attention.layer_norm_rms_epsilon',
        // Windows are built for what calls itself llama and is Mistral.
        ...(architecture === 'llama' ? ['attention.sliding_window'] : []),
        'rope.freq_base',
        'rope.scaling.type',
        'rope.scaling.factor',
      ],
      idle: idleKeys,
      only: {
        'rope.dimension_count': [headSize],
        'attention.value_length': [headSize],
        'rope.scale_linear': [1],
        'attention.causal': [true],
        expert_count: [0],
        expert_used_count: [0],
      },
    };
  };

const gatedConfig =
  (architecture: string) =>
  (metadata: Metadata): Readonly<Record<string, unknown>> => {
    const at = (name: string): number | undefined => metadataNumber(metadata, `${architecture}.${name}`);
    const window = at('attention.sliding_window');
    return {
      model_type: architecture === 'llama' && window ? 'mistral' : architecture,
      hidden_size: at('embedding_length'),
      intermediate_size: at('feed_forward_length'),
      num_hidden_layers: at('block_count'),
      num_attention_heads: at('attention.head_count'),
      num_key_value_heads: at('attention.head_count_kv'),
      head_dim: at('attention.key_length') ?? (at('embedding_length') ?? NaN) / (at('attention.head_count') ?? NaN),
      rms_norm_eps: at('attention.layer_norm_rms_epsilon'),
      max_position_embeddings: at('context_length'),
      ...(architecture === 'llama' && window ? { sliding_window: window } : {}),
      rope_parameters: ropeOf(metadata, architecture),
    };
  };

/** Linear scaling states its factor; Llama 3's is in the file as a divisor for each pair. */
function ropeOf(metadata: Metadata, architecture: string): Readonly<Record<string, unknown>> {
  const kind = metadata.get(`${architecture}.rope.scaling.type`);
  const scaled = typeof kind === 'string' && kind !== 'none';
  return {
    rope_theta: metadataNumber(metadata, `${architecture}.rope.freq_base`),
    rope_type: scaled ? kind : 'default',
    ...(scaled && { factor: metadataNumber(metadata, `${architecture}.rope.scaling.factor`) }),
  };
}

/**
 * llama.cpp turns neighbouring numbers together, transformers one of each half of a head; its converter moves the rows
 * of queries and keys accordingly.
 */
function interleavedRows(
  name: string,
  { dims }: StoredWeight,
  metadata: Metadata,
): ((row: number) => number) | undefined {
  const part = name.split('.')[0];
  if (part !== 'attn_q' && part !== 'attn_k') return undefined;
  const heads = metadataNumber(metadata, 'llama.attention.head_count') ?? 0;
  const count = part === 'attn_q' ? heads : (metadataNumber(metadata, 'llama.attention.head_count_kv') ?? heads);
  const half = dims[0]! / count / 2;
  if (!Number.isSafeInteger(half) || half < 1) return undefined;
  return (row) => {
    const within = row % (2 * half);
    return row - within + 2 * (within % half) + Math.floor(within / half);
  };
}

const gpt2Layer = {
  attn_norm: 'ln_1',
  attn_qkv: 'attn.c_attn',
  attn_output: 'attn.c_proj',
  ffn_norm: 'ln_2',
  ffn_up: 'mlp.c_fc',
  ffn_down: 'mlp.c_proj',
};

const neoxLayer = {
  attn_norm: 'input_layernorm',
  attn_qkv: 'attention.query_key_value',
  attn_output: 'attention.dense',
  ffn_norm: 'post_attention_layernorm',
  ffn_up: 'mlp.dense_h_to_4h',
  ffn_down: 'mlp.dense_4h_to_h',
};

/**
 * llama.cpp's converter puts all queries first, then all keys, then all values; transformers keeps each head's three
 * together.
 */
function headsTogether(
  name: string,
  { dims }: StoredWeight,
  metadata: Metadata,
): ((row: number) => number) | undefined {
  if (!name.startsWith('attn_qkv.')) return undefined;
  const heads = metadataNumber(metadata, 'gptneox.attention.head_count') ?? 0;
  const size = dims[0]! / heads / 3;
  if (!Number.isSafeInteger(size) || size < 1) return undefined;
  return (row) => {
    const [head, part] = [Math.floor(row / (3 * size)), Math.floor(row / size) % 3];
    return part * heads * size + head * size + (row % size);
  };
}

/** By `general.architecture`. Queries and keys of Qwen and NeoX are laid out as in transformers. */
export const ggufFamilies: Readonly<Record<string, GgufFamily>> = {
  llama: { ...gated, rowOrder: interleavedRows, keys: gatedKeys('llama'), config: gatedConfig('llama') },
  qwen2: { ...gated, keys: gatedKeys('qwen2'), config: gatedConfig('qwen2') },
  qwen3: { ...gated, keys: gatedKeys('qwen3'), config: gatedConfig('qwen3') },
  gpt2: {
    single: { token_embd: 'wte', position_embd: 'wpe', output_norm: 'ln_f', output: 'lm_head' },
    inLayer: underLayers(gpt2Layer, 'h'),
    keys: () => ({
      used: [
        'embedding_length',
        'feed_forward_length',
        'block_count',
        'attention.head_count',
        'context_length',
        'attention.layer_norm_epsilon',
      ],
      idle: idleKeys,
    }),
    config: (metadata) => {
      const at = (name: string): number | undefined => metadataNumber(metadata, `gpt2.${name}`);
      return {
        model_type: 'gpt2',
        n_embd: at('embedding_length'),
        n_inner: at('feed_forward_length'),
        n_layer: at('block_count'),
        n_head: at('attention.head_count'),
        n_positions: at('context_length'),
        layer_norm_epsilon: at('attention.layer_norm_epsilon'),
        conv1d: false,
      };
    },
  },
  gptneox: {
    single: { token_embd: 'gpt_neox.embed_in', output_norm: 'gpt_neox.final_layer_norm', output: 'embed_out' },
    inLayer: underLayers(neoxLayer, 'gpt_neox.layers'),
    rowOrder: headsTogether,
    keys: () => ({
      used: [
        'embedding_length',
        'feed_forward_length',
        'block_count',
        'attention.head_count',
        'context_length',
        'attention.layer_norm_epsilon',
        'rope.dimension_count',
        'rope.freq_base',
        'rope.scaling.type',
        'rope.scaling.factor',
        'use_parallel_residual',
      ],
      idle: idleKeys,
    }),
    config: (metadata) => {
      const at = (name: string): number | undefined => metadataNumber(metadata, `gptneox.${name}`);
      const [hidden, heads, rotated] = metadataNumbers(metadata, [
        'gptneox.embedding_length',
        'gptneox.attention.head_count',
        'gptneox.rope.dimension_count',
      ]);
      return {
        model_type: 'gpt_neox',
        hidden_size: hidden,
        num_attention_heads: heads,
        intermediate_size: at('feed_forward_length'),
        num_hidden_layers: at('block_count'),
        max_position_embeddings: at('context_length'),
        layer_norm_eps: at('attention.layer_norm_epsilon'),
        use_parallel_residual: metadata.get('gptneox.use_parallel_residual') !== false,
        ...(hidden && heads && rotated && { rotary_pct: rotated / (hidden / heads) }),
        rope_parameters: ropeOf(metadata, 'gptneox'),
      };
    },
  },
};
