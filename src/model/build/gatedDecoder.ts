import type { Tensor } from '../../onnx/graph';
import type { Built } from './build';
import { attend, splitHeads } from './decoder';
import { buildDecoder, type DecoderKind, type DecoderParts } from './decoderModel';
import { mixture, type Experts } from './experts';
import { gatedNetwork, linear, rootMeanSquareNorm } from './layers';
import { createRotaryEmbedding, type Rotation } from './rotary';

/** Norms around a part of a layer, by their names in the layer. */
interface Around {
  /** In front of the part. */
  readonly before?: string;
  /** Behind it, before what went in is added. */
  readonly after?: string;
}

/**
 * A decoder of the kind that Llama began: root-mean-square norms, rotary positions, grouped queries, a gated network.
 */
export interface GatedDecoder extends DecoderKind {
  readonly bias: { readonly queriesKeysValues: boolean; readonly attentionOutput: boolean; readonly network: boolean };
  /** Whether queries and keys are normalised: each head by itself (Qwen 3), or all together (OLMo 2). */
  readonly headNorms: 'none' | 'each' | 'together';
  readonly norms: { readonly attention: Around; readonly network: Around };
  /** Whether norms hold what is added to one (Gemma). */
  readonly normsFromOne: boolean;
  /** Whether one matrix makes queries, keys and values, and one both halves of the network (Phi 3). */
  readonly fused: boolean;
  /** What scores are multiplied by. */
  readonly attentionScale: number;
  /** Scores are bounded to ± so much; undefined for no bound. */
  readonly attentionCap?: number;
  /** Logits are bounded to ± so much; undefined for no bound. */
  readonly logitsCap?: number;
  readonly logitsScale: number;
  readonly embeddingScale: number;
  /** What each part is multiplied by before it is added. */
  readonly residualScale: number;
  /** How a layer rotates queries and keys; undefined for a layer without positions. */
  rotation(layer: number): Rotation | undefined;
  /** How many tokens back a layer sees; undefined for all. */
  window(layer: number): number | undefined;
  /** The experts of a layer; undefined for one network. */
  experts(layer: number): Experts | undefined;
}

/**
 * Touvron et al. 2023 (LLaMA), and its successors.
 * @throws Failure "checkpoint-tensor", "model-architecture"
 */
export function buildGatedDecoder(stated: GatedDecoder, tensors: ReadonlyMap<string, Tensor>): Built {
  // What a configuration asks for is refused before a weight is missed.
  const rotations = Array.from({ length: stated.layers }, (_, layer) => stated.rotation(layer));
  const kind: GatedDecoder = { ...stated, rotation: (layer) => rotations[layer] };
  return buildDecoder(kind, tensors, (parts) => ({
    table: 'model.embed_tokens',
    outputs: ['lm_head'],
    superfluous: /\.rotary_emb\.inv_freq$/,
    enter: (words) => scaled(parts, words, kind.embeddingScale),
    block: (layer, x) => block(kind, layer, x, parts),
    norm: (x) => norm(kind, x, 'model.norm', { ...parts, size: kind.hiddenSize }),
    leave: (logits) => bounded(parts, scaled(parts, logits, kind.logitsScale), kind.logitsCap),
  }));
}

const scaled = ({ b }: DecoderParts, x: string, scale: number): string =>
  scale === 1 ? x : b.op('Mul', [x, b.scalar(scale)]);

const bounded = ({ b }: DecoderParts, x: string, cap: number | undefined): string =>
  cap === undefined ? x : b.op('Mul', [b.op('Tanh', [b.op('Div', [x, b.scalar(cap)])]), b.scalar(cap)]);

const norm = (
  { epsilon, normsFromOne }: GatedDecoder,
  x: string,
  name: string,
  { size, ...parts }: DecoderParts & { readonly size: number },
): string => rootMeanSquareNorm(parts, x, name, { size, epsilon, fromOne: normsFromOne });

/** y = x + attention(x); y + network(y), each between its norms. [batch, sequence, hidden] both */
function block(kind: GatedDecoder, layer: number, x: string, parts: DecoderParts): string {
  const name = `model.layers.${layer}`;
  const between = (input: string, { before, after }: Around, part: (normed: string) => string): string => {
    const normed = (value: string, of: string | undefined): string =>
      of === undefined ? value : norm(kind, value, `${name}.${of}`, { ...parts, size: kind.hiddenSize });
    const output = normed(part(normed(input, before)), after);
    return parts.b.op('Add', [input, scaled(parts, output, kind.residualScale)]);
  };
  const attended = between(x, kind.norms.attention, (normed) => attention(kind, layer, normed, parts));
  return between(attended, kind.norms.network, (normed) => network(kind, layer, normed, parts));
}

/** W_o attend(R q, R k, v), with R the rotation by position. [batch, sequence, hidden] both */
function attention(kind: GatedDecoder, layer: number, x: string, parts: DecoderParts): string {
  const { decoder } = parts;
  const { heads, keyValueHeads, headSize, hiddenSize } = kind;
  const name = `model.layers.${layer}.self_attn`;
  const [q, k, v] = queriesKeysValues(kind, x, name, parts);
  const rotation = kind.rotation(layer);
  const rotary = rotation && createRotaryEmbedding(parts.b, decoder.positionIds, { ...rotation, headSize });
  const placed = (value: string, part: 'q' | 'k', count: number): string => {
    const normed = splitAndNorm(kind, value, { ...parts, count, name: `${name}.${part}_norm` });
    return rotary ? rotary.rotate(normed, count) : normed;
  };
  const context = attend(decoder, {
    queries: placed(q, 'q', heads),
    keys: placed(k, 'k', keyValueHeads),
    values: splitHeads(parts.b, v, { heads: keyValueHeads, headSize }),
    layer,
    scale: kind.attentionScale,
    window: kind.window(layer),
    bound: (scores) => bounded(parts, scores, kind.attentionCap),
  });
  return linear(parts, context, `${name}.o_proj`, {
    from: heads * headSize,
    to: hiddenSize,
    bias: kind.bias.attentionOutput,
  });
}

/** Each [batch, sequence, heads · head size]. */
function queriesKeysValues(
  { heads, keyValueHeads, headSize, hiddenSize, bias, fused }: GatedDecoder,
  x: string,
  name: string,
  parts: DecoderParts,
): readonly [string, string, string] {
  const project = (part: string, to: number): string =>
    linear(parts, x, `${name}.${part}_proj`, { from: hiddenSize, to, bias: bias.queriesKeysValues });
  const [own, shared] = [heads * headSize, keyValueHeads * headSize];
  if (!fused) return [project('q', own), project('k', shared), project('v', shared)];
  const sizes = parts.b.ints([own, shared, shared]);
  return parts.b.ops('Split', [project('qkv', own + 2 * shared), sizes], 3, { axis: -1 }) as [string, string, string];
}

/** [batch, sequence, count · head size] → [batch, sequence, count, head size], normalised as the model does. */
function splitAndNorm(
  kind: GatedDecoder,
  x: string,
  { count, name, ...parts }: DecoderParts & { readonly count: number; readonly name: string },
): string {
  const { headNorms, headSize } = kind;
  const whole = headNorms === 'together' ? norm(kind, x, name, { ...parts, size: count * headSize }) : x;
  const split = splitHeads(parts.b, whole, { heads: count, headSize });
  return headNorms === 'each' ? norm(kind, split, name, { ...parts, size: headSize }) : split;
}

/** [batch, sequence, hidden] both */
function network(kind: GatedDecoder, layer: number, x: string, parts: DecoderParts): string {
  const name = `model.layers.${layer}.mlp`;
  const experts = kind.experts(layer);
  return experts
    ? mixture(parts, x, name, { ...kind, ...experts, bias: false, fused: false })
    : gatedNetwork(parts, x, name, { ...kind, bias: kind.bias.network });
}
