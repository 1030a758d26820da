import type { Build } from './build';
import { buildGatedDecoder } from './gatedDecoder';
import { gatedSizes } from './llama';
import { flag, number, type Config } from './settings';

/** Qwen 2 (Yang et al. 2024) and 2.5: queries, keys and values with a bias. */
export const buildQwen2: Build = (config, tensors) =>
  buildGatedDecoder(
    {
      ...gatedSizes(config, 'qwen2'),
      bias: { queriesKeysValues: true, attentionOutput: false, network: false },
      headNorms: false,
      window: windows(config),
    },
    tensors,
  );

/** What Qwen 3 leaves unsaid about its heads. */
const qwen3HeadSize = 128;

/** Qwen 3 (Yang et al. 2025): no bias, and each head's queries and keys normalised. */
export const buildQwen3: Build = (config, tensors) => {
  const biased = flag(config, 'attention_bias', false);
  return buildGatedDecoder(
    {
      ...gatedSizes(config, 'qwen3', qwen3HeadSize),
      bias: { queriesKeysValues: biased, attentionOutput: biased, network: false },
      headNorms: true,
      window: windows(config),
    },
    tensors,
  );
};

/**
 * Where windows are used at all, the layers from `max_window_layers` on have one, unless the configuration lists the
 * layers.
 */
function windows(config: Config): (layer: number) => number | undefined {
  if (!flag(config, 'use_sliding_window', false) || typeof config.sliding_window !== 'number') return () => undefined;
  const width = config.sliding_window;
  const kinds = Array.isArray(config.layer_types) ? (config.layer_types as readonly unknown[]) : undefined;
  const first = number(config, ['max_window_layers'], 28);
  return (layer) => ((kinds ? kinds[layer] === 'sliding_attention' : layer >= first) ? width : undefined);
}
