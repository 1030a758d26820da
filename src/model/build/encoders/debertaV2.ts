import * as l10n from '@vscode/l10n';
import { int64Tensor } from '../../../onnx/tensor';
import type { Family } from '../build';
import { splitHeads } from '../decoder';
import { activation, feedForward, layerNorm, linear } from '../layers';
import { flag, layerCount, notBuilt, number, size, word, type Config } from '../settings';
import { attendToAll, buildEncoder, hidePadding, type EncoderKind, type EncoderParts } from './encoder';

interface DebertaV2 extends EncoderKind {
  readonly intermediateSize: number;
  readonly activation: string;
  /** Rows of the table of positions; undefined where words have none. */
  readonly positions: number | undefined;
  readonly types: number;
  readonly relative: Relative | undefined;
  readonly legacyHead: boolean;
}

/** How scores depend on the distance of two tokens. */
interface Relative {
  /** Half the rows of the table of distances. */
  readonly span: number;
  /** Rows of distances 1 - longest … longest - 1, from 0. */
  readonly buckets: readonly number[];
  readonly longest: number;
  readonly normed: boolean;
  /** Whether distances go through the layer's own matrices of queries and keys. */
  readonly shared: boolean;
  readonly contentToPosition: boolean;
  readonly positionToContent: boolean;
}

/** He et al. 2021 (DeBERTa, v2 and v3): scores of contents, and of contents with distances. */
const debertaV2: Family = {
  keys: {
    used: [
      'hidden_act',
      'hidden_size',
      'intermediate_size',
      'layer_norm_eps',
      'legacy',
      'max_position_embeddings',
      'max_relative_positions',
      'norm_rel_ebd',
      'num_attention_heads',
      'num_hidden_layers',
      'pos_att_type',
      'position_biased_input',
      'position_buckets',
      'relative_attention',
      'share_att_key',
      'tie_word_embeddings',
      'type_vocab_size',
    ],
    idle: [
      'attention_probs_dropout_prob',
      'hidden_dropout_prob',
      'pooler_dropout',
      'pooler_hidden_act',
      'pooler_hidden_size',
    ],
    only: { conv_kernel_size: [0] },
  },
  build: (config, tensors) => {
    const kind = settingsOf(config);
    const { legacyHead } = kind;
    const stem = legacyHead ? 'cls.predictions' : 'lm_predictions.lm_head';
    const dense = legacyHead ? `${stem}.transform` : stem;
    return buildEncoder(kind, tensors, (parts) => {
      const shared: Shared = { ...parts, hidden: hidePadding(parts), distances: distancesOf(kind, parts) };
      return {
        table: 'deberta.embeddings.word_embeddings',
        mark: `${dense}.dense.weight`,
        superfluous: /^(pooler|mask_predictions|classifier|qa_outputs)\.|\.position_ids$/,
        output: `${stem}.decoder`,
        outputBias: [`${stem}.bias`, `${stem}.decoder.bias`],
        enter: (words) => enter(kind, words, parts),
        block: (layer, x) => block(kind, x, { ...shared, name: `deberta.encoder.layer.${layer}` }),
        head: (x) => {
          const projected = linear(parts, x, `${dense}.dense`, {
            from: kind.hiddenSize,
            to: kind.hiddenSize,
            bias: true,
          });
          const active = activation(parts.b, projected, { kind: kind.activation, architecture: kind.architecture });
          return norm(kind, active, `${dense}.LayerNorm`, parts);
        },
      };
    });
  },
};

function settingsOf(config: Config): DebertaV2 {
  const [hiddenSize, heads] = [size(config, ['hidden_size']), size(config, ['num_attention_heads'])];
  if (hiddenSize % heads !== 0) throw notBuilt('deberta-v2', l10n.t`${heads} heads in ${hiddenSize} numbers`);
  const longest = size(config, ['max_position_embeddings'], 512);
  return {
    architecture: 'deberta-v2',
    vocabulary: size(config, ['vocab_size']),
    hiddenSize,
    embeddingSize: hiddenSize,
    heads,
    layers: layerCount(config, ['num_hidden_layers']),
    epsilon: number(config, ['layer_norm_eps'], 1e-7),
    intermediateSize: size(config, ['intermediate_size']),
    activation: word(config, 'hidden_act', 'gelu'),
    positions: flag(config, 'position_biased_input', true) ? longest : undefined,
    types: number(config, ['type_vocab_size'], 0),
    relative: flag(config, 'relative_attention', false) ? relativeOf(config, longest) : undefined,
    legacyHead: flag(config, 'legacy', true),
  };
}

/** @param longest sequence */
function relativeOf(config: Config, longest: number): Relative {
  const stated = number(config, ['max_relative_positions'], -1);
  const farthest = stated < 1 ? longest : stated;
  const buckets = number(config, ['position_buckets'], -1);
  const span = buckets > 0 ? buckets : farthest;
  const [kinds, norms] = [wordsOf(config.pos_att_type), wordsOf(config.norm_rel_ebd ?? 'none')];
  const unknown = [
    ...kinds.filter((each) => each !== 'c2p' && each !== 'p2c'),
    ...norms.filter((each) => each !== 'none' && each !== 'layer_norm'),
  ];
  if (unknown.length > 0) throw notBuilt('deberta-v2', l10n.t`"${String(unknown[0])}" in its relative positions`);
  return {
    span,
    longest,
    buckets: Array.from({ length: 2 * longest - 1 }, (_, i) => bucketOf(i + 1 - longest, buckets, farthest)),
    normed: norms.includes('layer_norm'),
    shared: flag(config, 'share_att_key', false),
    contentToPosition: kinds.includes('c2p'),
    positionToContent: kinds.includes('p2c'),
  };
}

/** A list, or words between bars. */
const wordsOf = (value: unknown): readonly string[] =>
  (typeof value === 'string' ? value.toLowerCase().split('|') : [value ?? []].flat()).map((each) =>
    String(each).trim(),
  );

/** Distances up to half the buckets have one each; farther ones share one by their logarithm, in float32. */
function bucketOf(distance: number, buckets: number, farthest: number): number {
  const middle = Math.floor(buckets / 2);
  const length = Math.abs(distance);
  if (buckets <= 0 || length <= middle) return distance;
  const log = (value: number): number => Math.fround(Math.log(Math.fround(value)));
  const share = Math.fround(log(length / middle) / log((farthest - 1) / middle));
  return Math.sign(distance) * (Math.ceil(Math.fround(share * (middle - 1))) + middle);
}

const norm = ({ hiddenSize, epsilon }: DebertaV2, x: string, name: string, parts: EncoderParts): string =>
  layerNorm(parts, x, name, { size: hiddenSize, epsilon });

/** norm(words + positions + first type), 0 at padding. */
function enter(kind: DebertaV2, words: string, parts: EncoderParts): string {
  const { b, weights, places, attentionMask } = parts;
  const stem = 'deberta.embeddings';
  let sum = words;
  if (kind.positions !== undefined) {
    const table = weights.take(`${stem}.position_embeddings.weight`, [kind.positions, kind.hiddenSize]);
    sum = b.op('Add', [sum, b.op('Gather', [table, places], { axis: 0 })]);
  }
  if (kind.types > 0) {
    const table = weights.take(`${stem}.token_type_embeddings.weight`, [kind.types, kind.hiddenSize]);
    sum = b.op('Add', [sum, b.op('Gather', [table, b.ints([0])], { axis: 0 })]);
  }
  const real = b.op('Cast', [b.op('Unsqueeze', [attentionMask, b.ints([2])])], { to: 1 });
  return b.op('Mul', [norm(kind, sum, `${stem}.LayerNorm`, parts), real]);
}

/** What all layers share: what hides padding, the vectors of distances [2 span, hidden], and the rows of pairs. */
interface Shared extends EncoderParts {
  readonly hidden: string;
  readonly distances: Distances | undefined;
}

interface Distances {
  readonly vectors: string;
  /** Row of the distance from query i to key j, and from key i to query j, int64 [1, 1, sequence, sequence]. */
  readonly fromQuery: string;
  readonly fromKey: string;
}

function distancesOf(kind: DebertaV2, parts: EncoderParts): Distances | undefined {
  const { relative } = kind;
  if (!relative) return undefined;
  const { b, weights, places } = parts;
  const { span, longest, buckets } = relative;
  const table = weights.take('deberta.encoder.rel_embeddings.weight', [2 * span, kind.hiddenSize]);
  const differences = b.op('Sub', [b.op('Unsqueeze', [places, b.ints([1])]), b.op('Unsqueeze', [places, b.ints([0])])]);
  const rows = (sign: 1 | -1): string => {
    const clamped = buckets.map((bucket) => Math.min(Math.max(sign * bucket + span, 0), 2 * span - 1));
    const at = b.op('Add', [differences, b.ints([longest - 1])]);
    const found = b.op('Gather', [b.constant(int64Tensor([clamped.length], clamped)), at], { axis: 0 });
    return b.op('Unsqueeze', [found, b.ints([0, 1])]);
  };
  return {
    vectors: relative.normed ? norm(kind, table, 'deberta.encoder.LayerNorm', parts) : table,
    fromQuery: rows(1),
    fromKey: rows(-1),
  };
}

interface LayerParts extends Shared {
  readonly name: string;
}

/** y = norm(attention(x) + x); norm(network(y) + y). [batch, sequence, hidden] both */
function block(kind: DebertaV2, x: string, parts: LayerParts): string {
  const { b, name } = parts;
  const attended = norm(kind, b.op('Add', [attention(kind, x, parts), x]), `${name}.attention.output.LayerNorm`, parts);
  const network = feedForward(parts, attended, [`${name}.intermediate.dense`, `${name}.output.dense`], kind);
  return norm(kind, b.op('Add', [network, attended]), `${name}.output.LayerNorm`, parts);
}

function attention(kind: DebertaV2, x: string, parts: LayerParts): string {
  const { heads, hiddenSize, relative } = kind;
  const { name, hidden, distances } = parts;
  const headSize = hiddenSize / heads;
  const project = (part: string): string => projected(kind, x, `${name}.attention.self.${part}_proj`, parts);
  const kinds = relative ? Number(relative.contentToPosition) + Number(relative.positionToContent) : 0;
  const [queries, keys] = [project('query'), project('key')];
  const scale = (headSize * (1 + kinds)) ** -0.5;
  const byDistance =
    relative && distances ? distanceScores(kind, { ...parts, relative, distances, queries, keys, scale }) : [];
  const context = attendToAll(parts, {
    queries,
    keys,
    values: project('value'),
    heads,
    headSize,
    scale,
    added: [...byDistance, hidden],
  });
  return linear(parts, context, `${name}.attention.output.dense`, { from: hiddenSize, to: hiddenSize, bias: true });
}

/** [batch, …, hidden] → [batch, …, heads, head size] */
const projected = ({ hiddenSize, heads }: DebertaV2, x: string, name: string, parts: EncoderParts): string =>
  splitHeads(parts.b, linear(parts, x, name, { from: hiddenSize, to: hiddenSize, bias: true }), {
    heads,
    headSize: hiddenSize / heads,
  });

interface ByDistance extends LayerParts {
  readonly relative: Relative;
  readonly distances: Distances;
  readonly queries: string;
  readonly keys: string;
  readonly scale: number;
}

/** Scores of contents with distances, each [batch, heads, sequence, sequence]. */
function distanceScores(kind: DebertaV2, parts: ByDistance): readonly string[] {
  const { b, name, relative, distances, queries, keys, scale } = parts;
  const vectors = b.op('Unsqueeze', [distances.vectors, b.ints([0])]);
  const through = (own: string, shared: string): string =>
    projected(kind, vectors, `${name}.attention.self.${relative.shared ? shared : own}_proj`, parts);
  const products = (contents: string, positions: string, rows: string): string => {
    const heads = b.op('Transpose', [contents], { perm: [0, 2, 1, 3] });
    const all = b.op('MatMul', [heads, b.op('Transpose', [positions], { perm: [0, 2, 3, 1] })]);
    const shape = b.op('Concat', [b.op('Shape', [all], { end: 2 }), b.op('Shape', [rows], { start: 2 })], { axis: 0 });
    return b.op('Mul', [b.op('GatherElements', [all, b.op('Expand', [rows, shape])], { axis: 3 }), b.scalar(scale)]);
  };
  const scores: string[] = [];
  if (relative.contentToPosition) scores.push(products(queries, through('pos_key', 'key'), distances.fromQuery));
  if (relative.positionToContent)
    scores.push(
      b.op('Transpose', [products(keys, through('pos_query', 'query'), distances.fromKey)], { perm: [0, 1, 3, 2] }),
    );
  return scores;
}

/** By transformers' `model_type`. */
export const debertaFamilies: Readonly<Record<string, Family>> = { 'deberta-v2': debertaV2 };
