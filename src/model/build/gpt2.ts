import type { Tensor } from '../../onnx/graph';
import type { Build } from './build';
import { attend, splitHeads } from './decoder';
import { buildDecoder, type DecoderKind, type DecoderParts } from './decoderModel';
import { feedForward, layerNorm, linear } from './layers';
import { flag, layerCount, notBuilt, number, size, word, type Config } from './settings';

interface Gpt2 extends DecoderKind {
  /** Rows of the table of positions. */
  readonly positions: number;
  /** Whether scores are also divided by the layer's number, from 1. */
  readonly scaleByLayer: boolean;
  /** Whether linear weights are stored as Conv1D has them, [in, out]. */
  readonly conv: boolean;
}

/** GPT-2 (Radford et al. 2019): learned positions, a norm before each part. */
export const buildGpt2: Build = (config, tensors) => {
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
  if (hiddenSize % heads !== 0) throw notBuilt('gpt2', `${heads} heads in ${hiddenSize} numbers`);
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
  { hiddenSize, heads, headSize, scaleByLayer, conv }: Gpt2,
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
    scale: headSize ** -0.5 / (scaleByLayer ? layer + 1 : 1),
  });
  return linear(parts, context, `${name}.c_proj`, { from: hiddenSize, to: hiddenSize, bias: true, conv });
}
