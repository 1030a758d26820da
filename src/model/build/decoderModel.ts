import type { Tensor } from '../../onnx/graph';
import type { Built } from './build';
import { beginDecoder, endDecoder, type Decoder, type DecoderShape } from './decoder';
import { linear, type LayerBuilder } from './layers';
import { modelWeights } from './modelWeights';

/** What the configurations of all decoders say. */
export interface DecoderKind extends DecoderShape {
  readonly architecture: string;
  /** Rows of the embedding table. */
  readonly vocabulary: number;
  readonly hiddenSize: number;
  /** Numbers inside the feed-forward network. */
  readonly intermediateSize: number;
  /** Added to a variance before its root is taken. */
  readonly epsilon: number;
  /** As transformers names it. */
  readonly activation: string;
  /** Whether the output projection is the embedding table. */
  readonly tied: boolean;
}

/** What the layers of a decoder are built with. */
export interface DecoderParts extends LayerBuilder {
  readonly decoder: Decoder;
}

/** Where decoders differ: names of their weights, and what is between words and logits. */
export interface DecoderBody {
  /** The embedding table, without `.weight`. */
  readonly table: string;
  /** The output projection where it is not tied: the first of these names that the checkpoint holds. */
  readonly outputs: readonly string[];
  /** Weights that older checkpoints hold besides. */
  readonly superfluous: RegExp;
  /**
   * Vectors of the words as they enter the first layer; the words' own unless stated. [batch, sequence, hidden] both
   */
  readonly enter?: (words: string) => string;
  /** One layer, from 0. [batch, sequence, hidden] both */
  readonly block: (layer: number, x: string) => string;
  /** The norm in front of the output projection. [batch, sequence, hidden] both */
  readonly norm: (x: string) => string;
  /** What becomes of the logits; nothing unless stated. [batch, sequence, vocabulary] both */
  readonly leave?: (logits: string) => string;
}

/**
 * Embedding, layers, a norm, the output projection: from ids [batch, sequence] to logits [batch, sequence, vocabulary].
 * @throws Failure "checkpoint-tensor", "model-architecture"
 */
export function buildDecoder(
  kind: DecoderKind,
  tensors: ReadonlyMap<string, Tensor>,
  describe: (parts: DecoderParts) => DecoderBody,
): Built {
  const decoder = beginDecoder(kind);
  const { b } = decoder;
  const weights = modelWeights(b, tensors, kind.architecture);
  const { table, outputs, superfluous, enter, block, norm, leave } = describe({ b, weights, decoder });
  const own = outputs.find((name) => weights.has(`${name}.weight`));
  // Of two names for one table, a file may hold either.
  const words = kind.tied && own && !weights.has(`${table}.weight`) ? own : table;
  const looked = b.op(
    'Gather',
    [weights.take(`${words}.weight`, [kind.vocabulary, kind.hiddenSize]), decoder.inputIds],
    { axis: 0 },
  );
  let x = enter ? enter(looked) : looked;
  for (let layer = 0; layer < kind.layers; layer++) x = block(layer, x);
  // As in transformers, a head that the file holds is used, whether the configuration calls it tied or not.
  const output = own ?? (kind.tied ? table : outputs[0]!);
  const logits = linear({ b, weights }, norm(x), output, { from: kind.hiddenSize, to: kind.vocabulary, bias: false });
  return {
    model: endDecoder(decoder, leave ? leave(logits) : logits, kind.vocabulary),
    left: weights.left().filter((name) => !superfluous.test(name)),
  };
}
