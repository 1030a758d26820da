import { emptyGraph, extendGraph, standardModel, type Builder } from '../../onnx/builder';
import { ElementType, type Model, type Value } from '../../onnx/graph';

/** The shape of a decoder's attention. */
export interface DecoderShape {
  readonly layers: number;
  readonly heads: number;
  /** Keys and values have so many heads, which divides `heads`. */
  readonly keyValueHeads: number;
  /** Numbers in a head. */
  readonly headSize: number;
}

/** Inputs and masks that all layers share, named as in the exports of the hub. */
export interface Decoder {
  readonly b: Builder;
  readonly shape: DecoderShape;
  /** int64 [batch, sequence] */
  readonly inputIds: string;
  /** int64 [batch, sequence] */
  readonly positionIds: string;
  /** Length of the past and the tokens now together, int64 [1]. */
  readonly total: string;
  /**
   * Which keys each token may look at, bool [batch, 1, sequence, total].
   * @param window how many tokens back, itself included; undefined for all
   */
  visible(window: number | undefined): string;
}

const int64 = (name: string, length: string): Value => ({
  name,
  type: ElementType.int64,
  dims: ['batch_size', length],
});
const cacheValue = (name: string, length: string, { keyValueHeads, headSize }: DecoderShape): Value => ({
  name,
  type: ElementType.float,
  dims: ['batch_size', keyValueHeads, length, headSize],
});
const cacheNames = (stem: string, { layers }: DecoderShape): readonly string[] =>
  Array.from({ length: layers }, (_, i) => [`${stem}.${i}.key`, `${stem}.${i}.value`]).flat();

/**
 * Begins a graph with `input_ids` and `position_ids` [batch, sequence], `attention_mask` [batch, past + sequence], and
 * `past_key_values.*` [batch, key/value heads, past, head size].
 */
export function beginDecoder(shape: DecoderShape): Decoder {
  const b = extendGraph(emptyGraph, '');
  const inputIds = b.input(int64('input_ids', 'sequence_length'));
  const attentionMask = b.input(int64('attention_mask', 'total_sequence_length'));
  const positionIds = b.input(int64('position_ids', 'sequence_length'));
  for (const name of cacheNames('past_key_values', shape)) b.input(cacheValue(name, 'past_sequence_length', shape));
  const total = b.op('Shape', [attentionMask], { start: 1 });
  return {
    b,
    shape,
    inputIds,
    positionIds,
    total,
    visible: (window) => visibleKeys(b, { inputIds, attentionMask, total, window }),
  };
}

/**
 * A token looks at itself and at unpadded tokens before it, of those within the window (Beltagy et al. 2020,
 * Longformer).
 * @returns bool [batch, 1, sequence, total]
 */
function visibleKeys(
  b: Builder,
  {
    inputIds,
    attentionMask,
    total,
    window,
  }: {
    readonly inputIds: string;
    readonly attentionMask: string;
    readonly total: string;
    readonly window: number | undefined;
  },
): string {
  const scalar = (lengths: string): string => b.op('Squeeze', [lengths]);
  const [zero, one] = [b.op('Squeeze', [b.ints([0])]), b.op('Squeeze', [b.ints([1])])];
  const keys = b.op('Range', [zero, scalar(total), one]);
  const before = b.op('Sub', [total, b.op('Shape', [inputIds], { start: 1 })]);
  const queries = b.op('Unsqueeze', [b.op('Range', [scalar(before), scalar(total), one]), b.ints([1])]);
  const past = b.op('LessOrEqual', [keys, queries]);
  const near =
    window === undefined ? past : b.op('And', [past, b.op('Less', [b.op('Sub', [queries, keys]), b.ints([window])])]);
  const real = b.op('Unsqueeze', [b.op('Cast', [attentionMask], { to: ElementType.bool }), b.ints([1, 2])]);
  return b.op('And', [near, real]);
}

/**
 * As in transformers, masked scores become the least float32: a row of padding attends evenly instead of dividing zero
 * by zero.
 */
const least = -3.4028234663852886e38;

export interface AttentionInput {
  /**
   * Queries, keys and values of the tokens now, each [batch, sequence, heads, head size]; keys and values with their
   * own heads.
   */
  readonly queries: string;
  readonly keys: string;
  readonly values: string;
  /** From 0. */
  readonly layer: number;
  /** What scores are multiplied by, 1/√(head size) in most models (Vaswani et al. 2017). */
  readonly scale: number;
  /** How many tokens back a token looks, itself included; absent for all. */
  readonly window?: number;
  /** Keeps scores within bounds before they are masked; does nothing unless stated. */
  readonly bound?: (scores: string) => string;
}

/**
 * Attention over the cache and the tokens now; writes the layer's `present.*`. Heads that share a key are stacked along
 * the sequence, so that keys and values are never repeated (grouped-query attention, Ainslie et al. 2023).
 * @returns [batch, sequence, heads · head size]
 */
export function attend(
  { b, shape: { heads, keyValueHeads, headSize }, total, visible }: Decoder,
  { layer, scale, window, bound = (scores) => scores, ...input }: AttentionInput,
): string {
  const group = heads / keyValueHeads;
  const cached = (now: string, part: 'key' | 'value'): string =>
    b.alias(
      b.op('Concat', [`past_key_values.${layer}.${part}`, b.op('Transpose', [now], { perm: [0, 2, 1, 3] })], {
        axis: 2,
      }),
      `present.${layer}.${part}`,
    );
  const [keys, values] = [cached(input.keys, 'key'), cached(input.values, 'value')];
  const scaled = b.op('Mul', [input.queries, b.scalar(scale)]);
  const grouped = b.op('Transpose', [b.op('Reshape', [scaled, b.ints([0, 0, keyValueHeads, group, headSize])])], {
    perm: [0, 2, 3, 1, 4],
  });
  const queries = b.op('Reshape', [grouped, b.ints([0, keyValueHeads, -1, headSize])]);
  const products = bound(b.op('MatMul', [queries, b.op('Transpose', [keys], { perm: [0, 1, 3, 2] })]));
  const scores = b.op('Reshape', [
    products,
    b.op('Concat', [b.ints([0, keyValueHeads, group, -1]), total], { axis: 0 }),
  ]);
  const masked = b.op('Where', [b.op('Unsqueeze', [visible(window), b.ints([2])]), scores, b.scalar(least)]);
  const attentionWeights = b.op('Reshape', [
    b.op('Softmax', [masked], { axis: -1 }),
    b.op('Concat', [b.ints([0, keyValueHeads, -1]), total], { axis: 0 }),
  ]);
  const context = b.op('Reshape', [
    b.op('MatMul', [attentionWeights, values]),
    b.ints([0, keyValueHeads, group, -1, headSize]),
  ]);
  return b.op('Reshape', [b.op('Transpose', [context], { perm: [0, 3, 1, 2, 4] }), b.ints([0, 0, heads * headSize])]);
}

/**
 * Ends the graph with `logits` and `present.*` [batch, key/value heads, past + sequence, head size].
 * @param logits [batch, sequence, vocabulary]
 */
export function endDecoder({ b, shape }: Decoder, logits: string, vocabulary: number): Model {
  b.alias(logits, 'logits');
  const outputs = [
    { name: 'logits', type: ElementType.float, dims: ['batch_size', 'sequence_length', vocabulary] },
    ...cacheNames('present', shape).map((name) => cacheValue(name, 'total_sequence_length', shape)),
  ];
  return standardModel(b.graph(outputs));
}

/** [batch, sequence, heads · size] → [batch, sequence, heads, size]. */
export const splitHeads = (
  b: Builder,
  x: string,
  { heads, headSize }: { readonly heads: number; readonly headSize: number },
): string => b.op('Reshape', [x, b.ints([0, 0, heads, headSize])]);
