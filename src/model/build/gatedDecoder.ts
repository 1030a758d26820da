import type { Tensor } from '../../onnx/graph';
import { attend, splitHeads } from './decoder';
import { buildDecoder, type DecoderKind, type DecoderParts } from './decoderModel';
import { activation, linear, rootMeanSquareNorm, type LayerBuilder } from './layers';
import { createRotaryEmbedding, type RotaryEmbedding } from './rotary';
import type { Built } from './build';

/**
 * A decoder of the kind that Llama began: root-mean-square norms, rotary positions, grouped queries, a gated network.
 */
export interface GatedDecoder extends DecoderKind {
  /** Radians per position, [head size / 2]. */
  readonly frequencies: readonly number[];
  readonly bias: { readonly queriesKeysValues: boolean; readonly attentionOutput: boolean; readonly network: boolean };
  /** Whether each head's queries and keys are normalised (Qwen 3). */
  readonly headNorms: boolean;
  /** How many tokens back a layer sees; undefined for all. */
  window(layer: number): number | undefined;
}

interface Parts extends DecoderParts {
  readonly rotaryEmbedding: RotaryEmbedding;
}

/**
 * Touvron et al. 2023 (LLaMA), and its successors.
 * @throws Failure "checkpoint-tensor", "model-architecture"
 */
export function buildGatedDecoder(kind: GatedDecoder, tensors: ReadonlyMap<string, Tensor>): Built {
  return buildDecoder(kind, tensors, (parts) => {
    const rotaryEmbedding = createRotaryEmbedding(parts.b, parts.decoder.positionIds, {
      rotated: kind.headSize,
      headSize: kind.headSize,
      frequencies: kind.frequencies,
    });
    return {
      table: 'model.embed_tokens',
      outputs: ['lm_head'],
      superfluous: /\.rotary_emb\.inv_freq$/,
      block: (layer, x) => block(kind, layer, x, { ...parts, rotaryEmbedding }),
      norm: (x) => rootMeanSquareNorm(parts, x, 'model.norm', { size: kind.hiddenSize, epsilon: kind.epsilon }),
    };
  });
}

/** y = x + attention(norm x); y + network(norm y). [batch, sequence, hidden] both */
function block(kind: GatedDecoder, layer: number, x: string, parts: Parts): string {
  const { b } = parts;
  const name = `model.layers.${layer}`;
  const norm = (value: string, of: string): string =>
    rootMeanSquareNorm(parts, value, `${name}.${of}`, { size: kind.hiddenSize, epsilon: kind.epsilon });
  const attended = b.op('Add', [x, attention(kind, layer, norm(x, 'input_layernorm'), parts)]);
  return b.op('Add', [attended, network(kind, norm(attended, 'post_attention_layernorm'), `${name}.mlp`, parts)]);
}

/** W_o attend(R q, R k, v), with R the rotation by position. [batch, sequence, hidden] both */
function attention(kind: GatedDecoder, layer: number, x: string, parts: Parts): string {
  const { b, decoder, rotaryEmbedding } = parts;
  const { heads, keyValueHeads, headSize, hiddenSize, bias } = kind;
  const name = `model.layers.${layer}.self_attn`;
  const project = (part: string, count: number): string =>
    splitHeads(
      b,
      linear(parts, x, `${name}.${part}_proj`, {
        from: hiddenSize,
        to: count * headSize,
        bias: bias.queriesKeysValues,
      }),
      { heads: count, headSize },
    );
  const normed = (value: string, part: string): string =>
    kind.headNorms
      ? rootMeanSquareNorm(parts, value, `${name}.${part}_norm`, { size: headSize, epsilon: kind.epsilon })
      : value;
  const queries = rotaryEmbedding.rotate(normed(project('q', heads), 'q'));
  const keys = rotaryEmbedding.rotate(normed(project('k', keyValueHeads), 'k'));
  const context = attend(decoder, {
    queries,
    keys,
    values: project('v', keyValueHeads),
    layer,
    scale: headSize ** -0.5,
    window: kind.window(layer),
  });
  return linear(parts, context, `${name}.o_proj`, {
    from: heads * headSize,
    to: hiddenSize,
    bias: bias.attentionOutput,
  });
}

/** W_down (f(W_gate x) · W_up x) (Shazeer 2020, GLU Variants Improve Transformer). [batch, sequence, hidden] both */
function network(
  { hiddenSize, intermediateSize, bias, ...kind }: GatedDecoder,
  x: string,
  name: string,
  parts: LayerBuilder,
): string {
  const { b } = parts;
  const inner = (part: string): string =>
    linear(parts, x, `${name}.${part}_proj`, { from: hiddenSize, to: intermediateSize, bias: bias.network });
  const gated = b.op('Mul', [
    activation(b, inner('gate'), { kind: kind.activation, architecture: kind.architecture }),
    inner('up'),
  ]);
  return linear(parts, gated, `${name}.down_proj`, { from: intermediateSize, to: hiddenSize, bias: bias.network });
}
