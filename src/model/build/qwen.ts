import type { Build, Family } from './build';
import { buildGatedDecoder } from './gatedDecoder';
import type { KnownKeys } from './knownKeys';
import { gatedKeys, gatedSizes } from './llama';
import { flag, notBuilt, number, type Config } from './settings';

/** Qwen 2 (Yang et al. 2024) and 2.5: queries, keys and values with a bias. */
const buildQwen2: Build = (config, tensors) =>
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
const buildQwen3: Build = (config, tensors) => {
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

const keys: KnownKeys = {
  used: [...gatedKeys, 'sliding_window', 'use_sliding_window', 'max_window_layers', 'layer_types'],
};

export const qwen2: Family = { build: buildQwen2, keys };
export const qwen3: Family = { build: buildQwen3, keys };

/**
 * Where windows are used at all, the layers from `max_window_layers` on have one, unless the configuration lists the
 * layers.
 */
function windows(config: Config): (layer: number) => number | undefined {
  const other = [config.layer_types]
    .flat()
    .find((kind) => kind !== undefined && kind !== null && !layerKinds.has(kind));
  if (other !== undefined) throw notBuilt(String(config.model_type), `layers of the type "${String(other)}"`);
  if (!flag(config, 'use_sliding_window', false) || typeof config.sliding_window !== 'number') return () => undefined;
  const width = config.sliding_window;
  const kinds = Array.isArray(config.layer_types) ? (config.layer_types as readonly unknown[]) : undefined;
  const first = number(config, ['max_window_layers'], 28);
  return (layer) => ((kinds ? kinds[layer] === 'sliding_attention' : layer >= first) ? width : undefined);
}

const layerKinds: ReadonlySet<unknown> = new Set(['full_attention', 'sliding_attention']);
