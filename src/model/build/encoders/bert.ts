import * as l10n from '@vscode/l10n';
import type { Family } from '../build';
import { splitHeads } from '../decoder';
import { activation, feedForward, layerNorm, linear } from '../layers';
import type { KnownKeys } from '../knownKeys';
import { layerCount, notBuilt, number, size, word, type Config } from '../settings';
import { attendToAll, buildEncoder, hidePadding, type EncoderKind, type EncoderParts } from './encoder';

/** A masked model of the kind that BERT began: what follows each part is added and normalised behind it. */
interface Bert extends EncoderKind {
  readonly intermediateSize: number;
  readonly activation: string;
  /** Of the head. */
  readonly headActivation: string;
  /** Rows of the table of positions, and of the table that says to which of two texts a token belongs, if any. */
  readonly positions: number;
  readonly types: number;
  /** Positions count from behind this padding token, over the tokens that are not padding (RoBERTa). */
  readonly padding?: number;
  readonly names: BertNames;
}

/** Names of weights, without `.weight` and `.bias`. */
interface BertNames {
  readonly words: string;
  readonly positions: string;
  readonly types?: string;
  readonly embeddingNorm: string;
  /** From embeddings to hidden states where their widths differ. */
  readonly widen?: string;
  readonly layer: (layer: number) => LayerNames;
  readonly headDense: string;
  readonly headNorm: string;
  readonly output: string;
  readonly outputBias: readonly string[];
}

interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly attentionNorm: string;
  readonly inner: string;
  readonly outer: string;
  readonly networkNorm: string;
}

/** Heads for other tasks, and buffers. */
const superfluous = new RegExp(
  String.raw`(^|\.)(pooler|sop_classifier|classifier|qa_outputs|discriminator_predictions|cls\.seq_relationship)\.` +
    String.raw`|\.position_ids$`,
);

const family = (describe: (config: Config) => Bert, { used = [], ...keys }: Partial<KnownKeys>): Family => ({
  keys: {
    ...keys,
    used: [...bertKeys, ...used],
    idle: ['attention_probs_dropout_prob', 'hidden_dropout_prob', 'classifier_dropout_prob', ...(keys.idle ?? [])],
    only: { position_embedding_type: ['absolute'], ...keys.only },
  },
  build: (config, tensors) => {
    const kind = describe(config);
    if (config.is_decoder === true) throw notBuilt(kind.architecture, l10n.t`"is_decoder": true`);
    if (kind.hiddenSize % kind.heads !== 0)
      throw notBuilt(kind.architecture, l10n.t`${kind.heads} heads in ${kind.hiddenSize} numbers`);
    return buildEncoder(kind, tensors, (parts) => {
      const hidden = hidePadding(parts);
      return {
        table: kind.names.words,
        mark: `${kind.names.headDense}.weight`,
        superfluous,
        output: kind.names.output,
        outputBias: kind.names.outputBias,
        enter: (words) => enter(kind, words, parts),
        block: (layer, x) => block(kind, x, { ...parts, names: kind.names.layer(layer), hidden }),
        head: (x) => head(kind, x, parts),
      };
    });
  },
});

/** norm(words + positions + first type), widened. */
function enter(kind: Bert, words: string, parts: EncoderParts): string {
  const { b, weights } = parts;
  const { names, embeddingSize } = kind;
  const table = weights.take(`${names.positions}.weight`, [kind.positions, embeddingSize]);
  const positions = b.op('Gather', [table, placesFrom(kind, parts)], { axis: 0 });
  let sum = b.op('Add', [words, positions]);
  if (names.types !== undefined) {
    const types = weights.take(`${names.types}.weight`, [kind.types, embeddingSize]);
    sum = b.op('Add', [sum, b.op('Gather', [types, b.ints([0])], { axis: 0 })]);
  }
  const normed = layerNorm(parts, sum, names.embeddingNorm, { size: embeddingSize, epsilon: kind.epsilon });
  if (names.widen === undefined) return normed;
  return linear(parts, normed, names.widen, { from: embeddingSize, to: kind.hiddenSize, bias: true });
}

/** [sequence], or [batch, sequence] where padding does not count. */
function placesFrom({ padding }: Bert, { b, inputIds, places }: EncoderParts): string {
  if (padding === undefined) return places;
  const real = b.op('Cast', [b.op('Not', [b.op('Equal', [inputIds, b.ints([padding])])])], { to: 7 });
  const counted = b.op('Mul', [b.op('CumSum', [real, b.op('Squeeze', [b.ints([1])])]), real]);
  return b.op('Add', [counted, b.ints([padding])]);
}

interface LayerParts extends EncoderParts {
  readonly names: LayerNames;
  /** What hides padding. */
  readonly hidden: string;
}

/** y = norm(x + attention(x)); norm(y + network(y)). [batch, sequence, hidden] both */
function block(kind: Bert, x: string, parts: LayerParts): string {
  const { b, names } = parts;
  const norm = (value: string, name: string): string =>
    layerNorm(parts, value, name, { size: kind.hiddenSize, epsilon: kind.epsilon });
  const attended = norm(b.op('Add', [attention(kind, x, parts), x]), names.attentionNorm);
  const network = feedForward(parts, attended, [names.inner, names.outer], kind);
  return norm(b.op('Add', [network, attended]), names.networkNorm);
}

function attention({ heads, hiddenSize }: Bert, x: string, parts: LayerParts): string {
  const { b, names, hidden } = parts;
  const headSize = hiddenSize / heads;
  const size = { from: hiddenSize, to: hiddenSize, bias: true };
  const project = (name: string): string => splitHeads(b, linear(parts, x, name, size), { heads, headSize });
  const context = attendToAll(parts, {
    queries: project(names.query),
    keys: project(names.key),
    values: project(names.value),
    heads,
    headSize,
    scale: headSize ** -0.5,
    added: [hidden],
  });
  return linear(parts, context, names.output, size);
}

/** norm(f(W x)). [batch, sequence, hidden] → [batch, sequence, embedding] */
function head(kind: Bert, x: string, parts: EncoderParts): string {
  const { hiddenSize, embeddingSize, names, epsilon, architecture, headActivation } = kind;
  const dense = linear(parts, x, names.headDense, { from: hiddenSize, to: embeddingSize, bias: true });
  const active = activation(parts.b, dense, { kind: headActivation, architecture });
  return layerNorm(parts, active, names.headNorm, { size: embeddingSize, epsilon });
}

const bertKeys: readonly string[] = [
  'hidden_act',
  'hidden_size',
  'intermediate_size',
  'layer_norm_eps',
  'max_position_embeddings',
  'num_attention_heads',
  'num_hidden_layers',
  'tie_word_embeddings',
  'type_vocab_size',
];

/** What the configurations of these families say alike. */
function usual(config: Config, defaultActivation = 'gelu'): Omit<Bert, 'names'> {
  const hiddenSize = size(config, ['hidden_size']);
  const active = word(config, 'hidden_act', defaultActivation);
  return {
    architecture: word(config, 'model_type', 'bert'),
    vocabulary: size(config, ['vocab_size']),
    hiddenSize,
    embeddingSize: hiddenSize,
    heads: size(config, ['num_attention_heads']),
    layers: layerCount(config, ['num_hidden_layers']),
    epsilon: number(config, ['layer_norm_eps'], 1e-12),
    intermediateSize: size(config, ['intermediate_size']),
    activation: active,
    headActivation: active,
    positions: size(config, ['max_position_embeddings'], 512),
    types: size(config, ['type_vocab_size'], 2),
  };
}

const embeddingsUnder = (stem: string): Pick<BertNames, 'words' | 'positions' | 'types' | 'embeddingNorm'> => ({
  words: `${stem}.embeddings.word_embeddings`,
  positions: `${stem}.embeddings.position_embeddings`,
  types: `${stem}.embeddings.token_type_embeddings`,
  embeddingNorm: `${stem}.embeddings.LayerNorm`,
});

const layersUnder =
  (stem: string): BertNames['layer'] =>
  (layer) => {
    const name = `${stem}.encoder.layer.${layer}`;
    return {
      query: `${name}.attention.self.query`,
      key: `${name}.attention.self.key`,
      value: `${name}.attention.self.value`,
      output: `${name}.attention.output.dense`,
      attentionNorm: `${name}.attention.output.LayerNorm`,
      inner: `${name}.intermediate.dense`,
      outer: `${name}.output.dense`,
      networkNorm: `${name}.output.LayerNorm`,
    };
  };

/** Devlin et al. 2019. */
const bert = family(
  (config) => ({
    ...usual(config),
    names: {
      ...embeddingsUnder('bert'),
      layer: layersUnder('bert'),
      headDense: 'cls.predictions.transform.dense',
      headNorm: 'cls.predictions.transform.LayerNorm',
      output: 'cls.predictions.decoder',
      outputBias: ['cls.predictions.bias', 'cls.predictions.decoder.bias'],
    },
  }),
  {
    idle: [
      'directionality',
      'pooler_fc_size',
      'pooler_num_attention_heads',
      'pooler_num_fc_layers',
      'pooler_size_per_head',
      'pooler_type',
    ],
  },
);

/** Liu et al. 2019, and its kin of other languages: no types, positions counted over the tokens. */
const roberta = family(
  (config) => ({
    ...usual(config),
    headActivation: 'gelu',
    types: size(config, ['type_vocab_size'], 2),
    padding: number(config, ['pad_token_id'], 1),
    names: {
      ...embeddingsUnder('roberta'),
      layer: layersUnder('roberta'),
      headDense: 'lm_head.dense',
      headNorm: 'lm_head.layer_norm',
      output: 'lm_head.decoder',
      outputBias: ['lm_head.bias', 'lm_head.decoder.bias'],
    },
  }),
  {},
);

/** Clark et al. 2020: the generator, whose embeddings are narrower than its layers. */
const electra = family(
  (config) => {
    const kind = usual(config);
    const embeddingSize = size(config, ['embedding_size'], 128);
    return {
      ...kind,
      embeddingSize,
      headActivation: 'gelu',
      names: {
        ...embeddingsUnder('electra'),
        widen: embeddingSize === kind.hiddenSize ? undefined : 'electra.embeddings_project',
        layer: layersUnder('electra'),
        headDense: 'generator_predictions.dense',
        headNorm: 'generator_predictions.LayerNorm',
        output: 'generator_lm_head',
        outputBias: ['generator_lm_head.bias'],
      },
    };
  },
  {
    used: ['embedding_size'],
    idle: ['summary_activation', 'summary_last_dropout', 'summary_type', 'summary_use_proj'],
  },
);

/** Lan et al. 2020: layers of one group share their weights. */
const albert = family(
  (config) => {
    const kind = usual(config, 'gelu_new');
    const groups = size(config, ['num_hidden_groups'], 1);
    return {
      ...kind,
      embeddingSize: size(config, ['embedding_size'], 128),
      names: {
        ...embeddingsUnder('albert'),
        widen: 'albert.encoder.embedding_hidden_mapping_in',
        layer: (layer) => {
          const group = Math.floor(layer / (kind.layers / groups));
          const name = `albert.encoder.albert_layer_groups.${group}.albert_layers.0`;
          return {
            query: `${name}.attention.query`,
            key: `${name}.attention.key`,
            value: `${name}.attention.value`,
            output: `${name}.attention.dense`,
            attentionNorm: `${name}.attention.LayerNorm`,
            inner: `${name}.ffn`,
            outer: `${name}.ffn_output`,
            networkNorm: `${name}.full_layer_layer_norm`,
          };
        },
        headDense: 'predictions.dense',
        headNorm: 'predictions.LayerNorm',
        output: 'predictions.decoder',
        outputBias: ['predictions.bias', 'predictions.decoder.bias'],
      },
    };
  },
  {
    used: ['embedding_size', 'num_hidden_groups'],
    idle: ['down_scale_factor', 'gap_size', 'net_structure_type', 'num_memory_blocks'],
    only: { inner_group_num: [1] },
  },
);

/** Sanh et al. 2019: BERT without types, under names of its own. */
const distilbert = family(
  (config) => ({
    architecture: 'distilbert',
    vocabulary: size(config, ['vocab_size']),
    hiddenSize: size(config, ['dim', 'hidden_size']),
    embeddingSize: size(config, ['dim', 'hidden_size']),
    heads: size(config, ['n_heads', 'num_attention_heads']),
    layers: layerCount(config, ['n_layers', 'num_hidden_layers']),
    epsilon: 1e-12,
    intermediateSize: size(config, ['hidden_dim']),
    activation: word(config, 'activation', 'gelu'),
    headActivation: word(config, 'activation', 'gelu'),
    positions: size(config, ['max_position_embeddings'], 512),
    types: 0,
    names: {
      words: 'distilbert.embeddings.word_embeddings',
      positions: 'distilbert.embeddings.position_embeddings',
      embeddingNorm: 'distilbert.embeddings.LayerNorm',
      layer: (layer) => {
        const name = `distilbert.transformer.layer.${layer}`;
        return {
          query: `${name}.attention.q_lin`,
          key: `${name}.attention.k_lin`,
          value: `${name}.attention.v_lin`,
          output: `${name}.attention.out_lin`,
          attentionNorm: `${name}.sa_layer_norm`,
          inner: `${name}.ffn.lin1`,
          outer: `${name}.ffn.lin2`,
          networkNorm: `${name}.output_layer_norm`,
        };
      },
      headDense: 'vocab_transform',
      headNorm: 'vocab_layer_norm',
      output: 'vocab_projector',
      outputBias: ['vocab_projector.bias'],
    },
  }),
  {
    used: ['activation', 'dim', 'hidden_dim', 'n_heads', 'n_layers'],
    // The table of positions is stored, whether it was computed or learned.
    idle: ['dropout', 'qa_dropout', 'seq_classif_dropout', 'sinusoidal_pos_embds', 'tie_weights_'],
  },
);

/** By transformers' `model_type`. */
export const bertFamilies: Readonly<Record<string, Family>> = {
  bert,
  roberta,
  'xlm-roberta': roberta,
  camembert: roberta,
  electra,
  albert,
  distilbert,
};
