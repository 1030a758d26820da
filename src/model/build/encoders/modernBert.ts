import * as l10n from '@vscode/l10n';
import type { Family } from '../build';
import { slidingLayers } from '../gatedFamilies';
import { requireKnownKeys } from '../knownKeys';
import { activation, layerNorm, linear } from '../layers';
import { createRotaryEmbedding, rotationOf, type RotaryEmbedding } from '../rotary';
import { flag, layerCount, notBuilt, number, size, word, type Config } from '../settings';
import { attendToAll, buildEncoder, hidePadding, hideUnless, type EncoderKind, type EncoderParts } from './encoder';

interface ModernBert extends EncoderKind {
  readonly intermediateSize: number;
  readonly activation: string;
  readonly headActivation: string;
  readonly bias: {
    readonly norms: boolean;
    readonly attention: boolean;
    readonly network: boolean;
    readonly head: boolean;
    readonly output: boolean;
  };
  /** A layer with a window sees so many tokens to either side. */
  readonly reach: number;
  readonly slides: (layer: number) => boolean;
}

/** Warner et al. 2024: rotary positions, gated networks, a norm before each part, windows in two of three layers. */
const modernBert: Family = {
  defaults: {
    layer_norm_eps: 1e-5,
    tie_word_embeddings: true,
  },
  keys: {
    used: [
      'attention_bias',
      'classifier_activation',
      'classifier_bias',
      'decoder_bias',
      'global_attn_every_n_layers',
      'global_rope_theta',
      'hidden_activation',
      'hidden_size',
      'intermediate_size',
      'layer_types',
      'local_attention',
      'local_rope_theta',
      'max_position_embeddings',
      'mlp_bias',
      'norm_bias',
      'norm_eps',
      'num_attention_heads',
      'num_hidden_layers',
      'rope_parameters',
      'tie_word_embeddings',
    ],
    idle: [
      'classifier_pooling',
      'cls_token_id',
      'deterministic_flash_attn',
      'embedding_dropout',
      'initializer_cutoff_factor',
      // transformers reads `norm_eps`.
      'layer_norm_eps',
      'mlp_dropout',
      'reference_compile',
      'repad_logits_with_grad',
      'sparse_pred_ignore_index',
      'sparse_prediction',
    ],
    only: { position_embedding_type: ['absolute', 'rope'] },
  },
  build: (config, tensors) => {
    const kind = settingsOf(config);
    const { near, far } = rotationsOf(config, kind.hiddenSize / kind.heads);
    return buildEncoder(kind, tensors, (parts) => {
      const positions = parts.b.op('Expand', [parts.places, parts.b.op('Shape', [parts.inputIds])]);
      const headSize = kind.hiddenSize / kind.heads;
      const rotary = (slides: boolean): RotaryEmbedding =>
        createRotaryEmbedding(parts.b, positions, { ...(slides ? near : far), headSize });
      const hidden = { padding: hidePadding(parts), distance: hideDistant(kind.reach, parts) };
      return {
        table: 'model.embeddings.tok_embeddings',
        mark: 'head.dense.weight',
        superfluous: /^classifier\./,
        output: 'decoder',
        outputBias: kind.bias.output ? ['decoder.bias'] : [],
        enter: (words) => norm(kind, words, 'model.embeddings.norm', parts),
        block: (layer, x) =>
          block(kind, layer, x, {
            ...parts,
            rotary: rotary(kind.slides(layer)),
            added: kind.slides(layer) ? [hidden.padding, hidden.distance] : [hidden.padding],
          }),
        head: (x) => head(kind, norm(kind, x, 'model.final_norm', parts), parts),
      };
    });
  },
};

function settingsOf(config: Config): ModernBert {
  const [hiddenSize, heads] = [size(config, ['hidden_size']), size(config, ['num_attention_heads'])];
  const layers = layerCount(config, ['num_hidden_layers']);
  const every = size(config, ['global_attn_every_n_layers'], 3);
  if (hiddenSize % heads !== 0 || (hiddenSize / heads) % 2 !== 0)
    throw notBuilt('modernbert', l10n.t`${heads} heads in ${hiddenSize} numbers`);
  return {
    architecture: 'modernbert',
    hiddenSize,
    embeddingSize: hiddenSize,
    heads,
    layers,
    vocabulary: size(config, ['vocab_size']),
    intermediateSize: size(config, ['intermediate_size']),
    epsilon: number(config, ['norm_eps'], 1e-5),
    activation: word(config, 'hidden_activation', 'gelu'),
    headActivation: word(config, 'classifier_activation', 'gelu'),
    bias: {
      norms: flag(config, 'norm_bias', false),
      attention: flag(config, 'attention_bias', false),
      network: flag(config, 'mlp_bias', false),
      head: flag(config, 'classifier_bias', false),
      output: flag(config, 'decoder_bias', true),
    },
    reach: Math.floor(number(config, ['local_attention'], 128) / 2),
    slides: slidingLayers(config, { architecture: 'modernbert', layers }, (layer) => layer % every !== 0),
  };
}

/** Layers with a window have a rotation of their own. */
function rotationsOf(
  config: Config,
  headSize: number,
): { readonly near: ReturnType<typeof rotationOf>; readonly far: ReturnType<typeof rotationOf> } {
  const all = (config.rope_parameters ?? {}) as Config;
  requireKnownKeys(
    all,
    { used: ['full_attention', 'sliding_attention'] },
    { of: l10n.t`the rotary positions of ModernBERT` },
  );
  const rotation = (key: string, theta: string, usual: number): ReturnType<typeof rotationOf> => {
    const stated = (all[key] ?? {}) as Config;
    return rotationOf(config, headSize, { stated: { rope_theta: number(config, [theta], usual), ...stated } });
  };
  return {
    near: rotation('sliding_attention', 'local_rope_theta', 10000),
    far: rotation('full_attention', 'global_rope_theta', 160000),
  };
}

/** What is added to scores of tokens further apart than the window reaches, [1, 1, sequence, sequence]. */
function hideDistant(reach: number, { b, places }: EncoderParts): string {
  const apart = b.op('Abs', [
    b.op('Sub', [b.op('Unsqueeze', [places, b.ints([1])]), b.op('Unsqueeze', [places, b.ints([0])])]),
  ]);
  const near = b.op('LessOrEqual', [apart, b.ints([reach])]);
  return hideUnless(b, b.op('Unsqueeze', [near, b.ints([0, 1])]));
}

const norm = ({ hiddenSize, epsilon, bias }: ModernBert, x: string, name: string, parts: EncoderParts): string =>
  layerNorm(parts, x, name, { size: hiddenSize, epsilon, bias: bias.norms });

interface LayerParts extends EncoderParts {
  readonly rotary: RotaryEmbedding;
  readonly added: readonly string[];
}

/** y = x + attention(norm x); y + network(norm y); nothing is normalised before the first attention. */
function block(kind: ModernBert, layer: number, x: string, parts: LayerParts): string {
  const { b } = parts;
  const name = `model.layers.${layer}`;
  const first = layer === 0 ? x : norm(kind, x, `${name}.attn_norm`, parts);
  const attended = b.op('Add', [x, attention(kind, first, `${name}.attn`, parts)]);
  return b.op('Add', [attended, network(kind, norm(kind, attended, `${name}.mlp_norm`, parts), `${name}.mlp`, parts)]);
}

function attention({ hiddenSize, heads, bias }: ModernBert, x: string, name: string, parts: LayerParts): string {
  const { b, rotary, added } = parts;
  const headSize = hiddenSize / heads;
  const together = linear(parts, x, `${name}.Wqkv`, { from: hiddenSize, to: 3 * hiddenSize, bias: bias.attention });
  const [queries, keys, values] = b
    .ops('Split', [together], 3, { axis: -1, num_outputs: 3 })
    .map((part) => b.op('Reshape', [part, b.ints([0, 0, heads, headSize])])) as [string, string, string];
  const context = attendToAll(parts, {
    queries: rotary.rotate(queries, heads),
    keys: rotary.rotate(keys, heads),
    values,
    heads,
    headSize,
    scale: headSize ** -0.5,
    added,
  });
  return linear(parts, context, `${name}.Wo`, { from: hiddenSize, to: hiddenSize, bias: bias.attention });
}

/** W_o (f(a) · b), with a and b the halves of W_i x. [batch, sequence, hidden] both */
function network(kind: ModernBert, x: string, name: string, parts: EncoderParts): string {
  const { hiddenSize, intermediateSize, bias, architecture } = kind;
  const inner = linear(parts, x, `${name}.Wi`, { from: hiddenSize, to: 2 * intermediateSize, bias: bias.network });
  const [open, gate] = parts.b.ops('Split', [inner], 2, { axis: -1, num_outputs: 2 }) as [string, string];
  const active = activation(parts.b, open, { kind: kind.activation, architecture });
  const gated = parts.b.op('Mul', [active, gate]);
  return linear(parts, gated, `${name}.Wo`, { from: intermediateSize, to: hiddenSize, bias: bias.network });
}

function head(kind: ModernBert, x: string, parts: EncoderParts): string {
  const { hiddenSize, headActivation, architecture, bias } = kind;
  const dense = linear(parts, x, 'head.dense', { from: hiddenSize, to: hiddenSize, bias: bias.head });
  return norm(kind, activation(parts.b, dense, { kind: headActivation, architecture }), 'head.norm', parts);
}

/** By transformers' `model_type`. */
export const modernBertFamilies: Readonly<Record<string, Family>> = { modernbert: modernBert };
