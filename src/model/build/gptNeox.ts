import * as l10n from '@vscode/l10n';
import type { Build, Family } from './build';
import { attend } from './decoder';
import { buildDecoder, type DecoderKind, type DecoderParts } from './decoderModel';
import { feedForward, layerNorm, linear } from './layers';
import { createRotaryEmbedding, rotationOf, statedRotation, type RotaryEmbedding } from './rotary';
import { flag, layerCount, notBuilt, number, size, word, type Config } from './settings';

interface GptNeox extends DecoderKind {
  readonly attentionBias: boolean;
  /** Whether attention and network read the same hidden states (Wang and Komatsuzaki 2021). */
  readonly parallel: boolean;
}

interface Parts extends DecoderParts {
  readonly rotaryEmbedding: RotaryEmbedding;
}

/**
 * GPT-NeoX (Black et al. 2022) and Pythia: rotary positions for part of each head, attention and network side by side.
 */
const build: Build = (config, tensors) => {
  const kind = neoxSettings(config);
  const rotation = rotationOf(config, kind.headSize, { part: rotatedPart(config) });
  return buildDecoder(kind, tensors, (parts) => {
    const rotaryEmbedding = createRotaryEmbedding(parts.b, parts.decoder.positionIds, {
      ...rotation,
      headSize: kind.headSize,
    });
    return {
      table: 'gpt_neox.embed_in',
      // The hub's files call the output projection `embed_out`; transformers 5 saves it as `lm_head`.
      outputs: ['lm_head', 'embed_out'],
      superfluous,
      block: (layer, x) => block(kind, layer, x, { ...parts, rotaryEmbedding }),
      norm: (x) => layerNorm(parts, x, 'gpt_neox.final_layer_norm', { size: kind.hiddenSize, epsilon: kind.epsilon }),
    };
  });
};

export const gptNeox: Family = {
  build,
  keys: {
    used: [
      'hidden_size',
      'intermediate_size',
      'num_hidden_layers',
      'num_attention_heads',
      'hidden_act',
      'max_position_embeddings',
      'layer_norm_eps',
      'rope_parameters',
      'rope_scaling',
      'rope_theta',
      'rotary_emb_base',
      'rotary_pct',
      'partial_rotary_factor',
      'tie_word_embeddings',
      'attention_bias',
      'use_parallel_residual',
    ],
  },
};

/** Causal masks and tables of frequencies that older checkpoints hold. */
const superfluous = /\.attention\.((masked_)?bias|rotary_emb\.inv_freq)$/;

const rotatedPart = (config: Config): number =>
  number(
    statedRotation(config),
    ['partial_rotary_factor'],
    number(config, ['rotary_pct', 'partial_rotary_factor'], 0.25),
  );

function neoxSettings(config: Config): GptNeox {
  const [hiddenSize, heads] = [size(config, ['hidden_size']), size(config, ['num_attention_heads'])];
  const headSize = hiddenSize / heads;
  if (hiddenSize % heads !== 0) throw notBuilt('gpt_neox', l10n.t`${heads} heads in ${hiddenSize} numbers`);
  return {
    architecture: 'gpt_neox',
    hiddenSize,
    heads,
    keyValueHeads: heads,
    headSize,
    vocabulary: size(config, ['vocab_size']),
    intermediateSize: size(config, ['intermediate_size']),
    layers: layerCount(config, ['num_hidden_layers']),
    epsilon: number(config, ['layer_norm_eps'], 1e-5),
    activation: word(config, 'hidden_act', 'gelu'),
    tied: flag(config, 'tie_word_embeddings', false),
    attentionBias: flag(config, 'attention_bias', true),
    parallel: flag(config, 'use_parallel_residual', true),
  };
}

/** x + attention(norm x) + network(norm x), or one behind the other. [batch, sequence, hidden] both */
function block(kind: GptNeox, layer: number, x: string, parts: Parts): string {
  const { b } = parts;
  const name = `gpt_neox.layers.${layer}`;
  const norm = (value: string, of: string): string =>
    layerNorm(parts, value, `${name}.${of}`, { size: kind.hiddenSize, epsilon: kind.epsilon });
  const attended = b.op('Add', [x, attention(kind, layer, norm(x, 'input_layernorm'), parts)]);
  return b.op('Add', [
    attended,
    feedForward(
      parts,
      norm(kind.parallel ? x : attended, 'post_attention_layernorm'),
      [`${name}.mlp.dense_h_to_4h`, `${name}.mlp.dense_4h_to_h`],
      kind,
    ),
  ]);
}

/** Each head's query, key and value come together out of one product. [batch, sequence, hidden] both */
function attention(
  { hiddenSize, heads, headSize, attentionBias }: GptNeox,
  layer: number,
  x: string,
  { b, decoder, rotaryEmbedding, weights }: Parts,
): string {
  const name = `gpt_neox.layers.${layer}.attention`;
  const together = linear({ b, weights }, x, `${name}.query_key_value`, {
    from: hiddenSize,
    to: 3 * hiddenSize,
    bias: attentionBias,
  });
  const perHead = b.op('Reshape', [together, b.ints([0, 0, heads, 3 * headSize])]);
  const [queries, keys, values] = b.ops('Split', [perHead], 3, { axis: -1, num_outputs: 3 }) as [
    string,
    string,
    string,
  ];
  const context = attend(decoder, {
    queries: rotaryEmbedding.rotate(queries, heads),
    keys: rotaryEmbedding.rotate(keys, heads),
    values,
    layer,
    scale: headSize ** -0.5,
  });
  return linear({ b, weights }, context, `${name}.dense`, { from: hiddenSize, to: hiddenSize, bias: attentionBias });
}
