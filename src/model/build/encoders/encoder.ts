import * as l10n from '@vscode/l10n';
import { emptyGraph, extendGraph, standardModel, type Builder } from '../../../onnx/builder';
import { ElementType, type Tensor } from '../../../onnx/graph';
import { Failure } from '../../../failure';
import type { Built } from '../build';
import { linear, type LayerBuilder } from '../layers';
import { modelWeights } from '../modelWeights';
import { exportFirst } from '../settings';

/** What the configurations of all masked models say. */
export interface EncoderKind {
  readonly architecture: string;
  readonly vocabulary: number;
  readonly hiddenSize: number;
  /** Width of the embedding table. */
  readonly embeddingSize: number;
  readonly heads: number;
  /** Attentions, one behind the other. */
  readonly layers: number;
  readonly epsilon: number;
}

/** What the layers of a masked model are built with. */
export interface EncoderParts extends LayerBuilder {
  /** int64 [batch, sequence] */
  readonly inputIds: string;
  /** int64 [batch, sequence] */
  readonly attentionMask: string;
  /** 0, 1, 2 … for the tokens of a sequence, int64 [sequence]. */
  readonly places: string;
}

/** Where masked models differ. */
export interface EncoderBody {
  /** The embedding table, without `.weight`. */
  readonly table: string;
  /** The weight that only a model with a head that fills masks has. */
  readonly mark: string;
  /** Weights of heads for other tasks, and what older checkpoints hold besides. */
  readonly superfluous: RegExp;
  /** From the words' vectors [batch, sequence, embedding] to those of the first layer [batch, sequence, hidden]. */
  readonly enter: (words: string) => string;
  /** One layer, from 0. [batch, sequence, hidden] both */
  readonly block: (layer: number, x: string) => string;
  /** What stands in front of the output projection: [batch, sequence, hidden] → [batch, sequence, embedding] */
  readonly head: (x: string) => string;
  /** The output projection where it is not the embedding table, and its bias, the first that the checkpoint holds. */
  readonly output: string;
  readonly outputBias: readonly string[];
}

/** Names in checkpoints that were made from TensorFlow's. */
const renamed = (name: string): string => name.replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias');

/**
 * Embedding, layers, a head: from `input_ids` and `attention_mask` [batch, sequence] to `logits` [batch, sequence,
 * vocabulary], as the hub's exports have them.
 * @throws Failure "checkpoint-tensor", "model-architecture"
 */
export function buildEncoder(
  kind: EncoderKind,
  tensors: ReadonlyMap<string, Tensor>,
  describe: (parts: EncoderParts) => EncoderBody,
): Built {
  const b = extendGraph(emptyGraph, '');
  const weights = modelWeights(
    b,
    new Map([...tensors].map(([name, tensor]) => [renamed(name), tensor])),
    kind.architecture,
  );
  const int64 = { type: ElementType.int64, dims: ['batch_size', 'sequence_length'] };
  const inputIds = b.input({ name: 'input_ids', ...int64 });
  const attentionMask = b.input({ name: 'attention_mask', ...int64 });
  const parts = { b, weights, inputIds, attentionMask, places: placesOf(b, inputIds) };
  const { table, mark, superfluous, enter, block, head, output, outputBias } = describe(parts);
  if (!weights.has(mark)) throw headless(kind.architecture, mark);
  const own = weights.has(`${output}.weight`);
  const looked = weights.has(`${table}.weight`) ? table : output;
  const words = weights.take(`${looked}.weight`, [kind.vocabulary, kind.embeddingSize]);
  let x = enter(b.op('Gather', [words, inputIds], { axis: 0 }));
  for (let layer = 0; layer < kind.layers; layer++) x = block(layer, x);
  const projection = linear(parts, head(x), own ? output : table, {
    from: kind.embeddingSize,
    to: kind.vocabulary,
    bias: false,
  });
  const bias = outputBias.find((name) => weights.has(name)) ?? outputBias[0];
  b.alias(bias === undefined ? projection : b.op('Add', [projection, weights.take(bias, [kind.vocabulary])]), 'logits');
  const logits = { name: 'logits', type: ElementType.float, dims: [...int64.dims, kind.vocabulary] };
  return {
    model: standardModel(b.graph([logits])),
    left: weights.left().filter((name) => !superfluous.test(name) && !outputBias.includes(name)),
  };
}

function placesOf(b: Builder, inputIds: string): string {
  const [zero, one] = [b.op('Squeeze', [b.ints([0])]), b.op('Squeeze', [b.ints([1])])];
  return b.op('Range', [zero, b.op('Squeeze', [b.op('Shape', [inputIds], { start: 1, end: 2 })]), one]);
}

const headless = (architecture: string, mark: string): Failure =>
  new Failure(
    'checkpoint-tensor',
    l10n.t`The checkpoint of ${architecture} has no head that fills masks: it lacks the weight "${mark}", as models \
that were saved for another task do.`,
    {},
    l10n.t`Choose the model that it was made from. ${exportFirst()}`,
  );

/**
 * As in transformers, masked scores become the least float32: a row of padding attends evenly instead of dividing zero
 * by zero.
 */
const least = -3.4028234663852886e38;

/** What a model adds to all scores of padding, [batch, 1, 1, sequence]: 0 at tokens. */
export function hidePadding({ b, attentionMask }: EncoderParts): string {
  const real = b.op('Cast', [b.op('Unsqueeze', [attentionMask, b.ints([1, 2])])], { to: ElementType.bool });
  return hideUnless(b, real);
}

/** 0 where it is true, the least number elsewhere. */
export const hideUnless = (b: Builder, visible: string): string =>
  b.op('Where', [visible, b.scalar(0), b.scalar(least)]);

export interface EncoderAttention {
  /** Each [batch, sequence, heads, head size]. */
  readonly queries: string;
  readonly keys: string;
  readonly values: string;
  readonly heads: number;
  readonly headSize: number;
  /** What scores are multiplied by. */
  readonly scale: number;
  /** What is added to scores, which broadcasts to [batch, heads, sequence, sequence]. */
  readonly added: readonly string[];
}

/**
 * softmax(scale q kᵀ + …) v over the whole sequence (Vaswani et al. 2017).
 * @returns [batch, sequence, heads · head size]
 */
export function attendToAll(
  { b }: LayerBuilder,
  { queries, keys, values, heads, headSize, scale, added }: EncoderAttention,
): string {
  const apart = (x: string): string => b.op('Transpose', [x], { perm: [0, 2, 1, 3] });
  const products = b.op('MatMul', [apart(queries), b.op('Transpose', [keys], { perm: [0, 2, 3, 1] })]);
  const scores = added.reduce((sum, each) => b.op('Add', [sum, each]), b.op('Mul', [products, b.scalar(scale)]));
  const context = b.op('MatMul', [b.op('Softmax', [scores], { axis: -1 }), apart(values)]);
  return b.op('Reshape', [apart(context), b.ints([0, 0, heads * headSize])]);
}
