import type { StoredWeight } from '../weights/weights';
import { commonKeys, idleKeys, ropeKeys, ropeOf, underLayers, type GgufFamily } from './family';
import { gatedGguf } from './gatedFamilies';
import type { GgufSettings } from './settings';

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
  settings: GgufSettings,
): ((row: number) => number) | undefined {
  if (!name.startsWith('attn_qkv.')) return undefined;
  const heads = settings.number('attention.head_count') ?? 0;
  const size = dims[0]! / heads / 3;
  if (!Number.isSafeInteger(size) || size < 1) return undefined;
  return (row) => {
    const [head, part] = [Math.floor(row / (3 * size)), Math.floor(row / size) % 3];
    return part * heads * size + head * size + (row % size);
  };
}

/** By `general.architecture`. */
export const ggufFamilies: Readonly<Record<string, GgufFamily>> = {
  ...gatedGguf,
  gpt2: {
    single: { token_embd: 'wte', position_embd: 'wpe', output_norm: 'ln_f', output: 'lm_head' },
    inLayer: underLayers(gpt2Layer, 'h'),
    keys: () => ({ used: [...commonKeys, 'attention.layer_norm_epsilon'], idle: idleKeys }),
    config: ({ settings }) => ({
      model_type: 'gpt2',
      n_embd: settings.number('embedding_length'),
      n_inner: settings.number('feed_forward_length'),
      n_layer: settings.number('block_count'),
      n_head: settings.number('attention.head_count'),
      n_positions: settings.number('context_length'),
      layer_norm_epsilon: settings.number('attention.layer_norm_epsilon'),
      conv1d: false,
    }),
  },
  gptneox: {
    single: { token_embd: 'gpt_neox.embed_in', output_norm: 'gpt_neox.final_layer_norm', output: 'embed_out' },
    inLayer: underLayers(neoxLayer, 'gpt_neox.layers'),
    keys: () => ({
      used: [
        ...commonKeys,
        ...ropeKeys,
        'attention.layer_norm_epsilon',
        'rope.dimension_count',
        'use_parallel_residual',
      ],
      idle: idleKeys,
    }),
    rowOrder: headsTogether,
    config: (contents) => {
      const { settings, weights } = contents;
      const [hidden, heads, rotated] = [
        settings.number('embedding_length'),
        settings.number('attention.head_count'),
        settings.number('rope.dimension_count'),
      ];
      return {
        model_type: 'gpt_neox',
        hidden_size: hidden,
        num_attention_heads: heads,
        intermediate_size: settings.number('feed_forward_length'),
        num_hidden_layers: settings.number('block_count'),
        max_position_embeddings: settings.number('context_length'),
        layer_norm_eps: settings.number('attention.layer_norm_epsilon'),
        use_parallel_residual: settings.flag('use_parallel_residual') ?? true,
        ...(hidden && heads && rotated && { rotary_pct: rotated / (hidden / heads) }),
        rope_parameters: ropeOf(contents),
        attention_bias: weights.has('blk.0.attn_qkv.bias'),
      };
    },
  },
};
