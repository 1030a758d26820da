import type { ModelRecords } from '../open/modelRecords';

/** Families of decoders in which a token sees every earlier one alike: no bias by distance. */
const families = new Set([
  'gpt2',
  'gptj',
  'gpt_neox',
  'llama',
  'mistral',
  'qwen2',
  'qwen3',
  'phi',
  'phi3',
  'olmo',
  'olmo2',
  'smollm3',
  'stablelm',
  'granite',
]);

/** Whether a token sees every earlier one alike: neither is there a bias by distance nor a window. */
export function seesAlike({ config, configuration }: Pick<ModelRecords, 'config' | 'configuration'>): boolean {
  const windowed = typeof config.sliding_window === 'number' && config.use_sliding_window !== false;
  return configuration.kind === 'causal' && families.has(configuration.architecture) && !windowed;
}
