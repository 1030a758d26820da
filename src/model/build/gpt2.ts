import * as l10n from '@vscode/l10n';
import type { Tensor } from '../../onnx/graph';
import type { Build, Family } from './build';
import { attend, splitHeads } from './decoder';
import { buildDecoder, type DecoderKind, type DecoderParts } from './decoderModel';
import { feedForward, layerNorm, linear } from './layers';
import { flag, layerCount, notBuilt, number, size, word, type Config } from './settings';

interface Gpt2 extends DecoderKind {
  /** Rows of the table of positions. */
  readonly positions: number;
  /** Whether scores are divided by the root of a head's size. */
  readonly scaleBySize: boolean;
  /** Whether scores are also divided by the layer's number, from 1. */
  readonly scaleByLayer: boolean;
  /** Whether linear weights are stored as Conv1D has them, [in, out]. */
  readonly conv: boolean;
}

/** GPT-2 (Radford et al. 2019): learned positions, a norm before each part. */
const buildGpt2: Build = (config, tensors) => {
  const kind = gpt2Settings(config);
  return buildDecoder(kind, withoutPrefix(tensors), (parts) => ({
    table: 'wte',
    outputs: ['lm_head'],
    superfluous,
    enter: (words) => {
      const table = parts.weights.take('wpe.weight', [kind.positions, kind.hiddenSize]);
      return parts.b.op('Add', [words, parts.b.op('Gather', [table, parts.decoder.positionIds], { axis: 0 })]);
    },
    block: (layer, x) => block(kind, layer, x, parts),
    norm: (x) => layerNorm(parts, x, 'ln_f', { size: kind.hiddenSize, epsilon: kind.epsilon }),
  }));
};

export const gpt2: Family = {
  build: buildGpt2,
  keys: {
    used: [
      'n_embd',
      'hidden_size',
      'n_head',
      'num_attention_heads',
      'n_layer',
      'num_hidden_layers',
      'n_inner',
      'n_positions',
      'n_ctx',
      'max_position_embeddings',
      'layer_norm_epsilon',
      'activation_function',
      'tie_word_embeddings',
      'scale_attn_weights',
      'scale_attn_by_inverse_layer_idx',
      // Of models from GGUF files: how linear weights are stored.
      'conv1d',
    ],
    idle: [
      // Everything is computed in float32, in which the order of scaling and product changes nothing else.
      'reorder_and_upcast_attn',
      'attn_pdrop',
      'embd_pdrop',
      'resid_pdrop',
      'summary_type',
      'summary_use_proj',
      'summary_activation',
      'summary_proj_to_labels',
      'summary_first_dropout',
    ],
  },
};

/** Causal masks that older checkpoints hold. */
const superfluous = /\.attn\.(masked_)?bias$/;

/** Files of the bare model leave `transformer.` out. */
const withoutPrefix = (tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> =>
  new Map([...tensors].map(([name, tensor]) => [name.replace(/^transformer\./, ''), tensor]));

function gpt2Settings(config: Config): Gpt2 {
  const [hiddenSize, heads] = [
    size(config, ['n_embd', 'hidden_size']),
    size(config, ['n_head', 'num_attention_heads']),
  ];
  if (hiddenSize % heads !== 0) throw notBuilt('gpt2', l10n.t`${heads} heads in ${hiddenSize} numbers`);
  return {
    architecture: 'gpt2',
    hiddenSize,
    heads,
    keyValueHeads: heads,
    headSize: hiddenSize / heads,
    vocabulary: size(config, ['vocab_size']),
    positions: size(config, ['n_positions', 'n_ctx', 'max_position_embeddings'], 1024),
    intermediateSize: size(config, ['n_inner'], 4 * hiddenSize),
    layers: layerCount(config, ['n_layer', 'num_hidden_layers']),
    epsilon: number(config, ['layer_norm_epsilon'], 1e-5),
    activation: word(config, 'activation_function', 'gelu_new'),
    tied: flag(config, 'tie_word_embeddings', true),
    scaleBySize: flag(config, 'scale_attn_weights', true),
    scaleByLayer: flag(config, 'scale_attn_by_inverse_layer_idx', false),
    conv: flag(config, 'conv1d', true),
  };
}

/** y = x + attention(norm x); y + network(norm y). [batch, sequence, hidden] both */
function block(kind: Gpt2, layer: number, x: string, parts: DecoderParts): string {
  const { b } = parts;
  const norm = (value: string, of: string): string =>
    layerNorm(parts, value, `h.${layer}.${of}`, { size: kind.hiddenSize, epsilon: kind.epsilon });
  const attended = b.op('Add', [x, attention(kind, layer, norm(x, 'ln_1'), parts)]);
  const network = feedForward(parts, norm(attended, 'ln_2'), [`h.${layer}.mlp.c_fc`, `h.${layer}.mlp.c_proj`], kind);
  return b.op('Add', [attended, network]);
}

/** Queries, keys and values come of one product. [batch, sequence, hidden] both */
function attention(
  { hiddenSize, heads, headSize, scaleBySize, scaleByLayer, conv }: Gpt2,
  layer: number,
  x: string,
  parts: DecoderParts,
): string {
  const { b, decoder } = parts;
  const name = `h.${layer}.attn`;
  const together = linear(parts, x, `${name}.c_attn`, { from: hiddenSize, to: 3 * hiddenSize, bias: true, conv });
  const [queries, keys, values] = b
    .ops('Split', [together], 3, { axis: -1, num_outputs: 3 })
    .map((part) => splitHeads(b, part, { heads, headSize })) as [string, string, string];
  const context = attend(decoder, {
    queries,
    keys,
    values,
    layer,
    scale: (scaleBySize ? headSize ** -0.5 : 1) / (scaleByLayer ? layer + 1 : 1),
  });
  return linear(parts, context, `${name}.c_proj`, { from: hiddenSize, to: hiddenSize, bias: true, conv });
}
