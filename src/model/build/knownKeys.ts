import * as l10n from '@vscode/l10n';
import { exportFirst, type Config } from './settings';
import { Failure } from '../../failure';

/** What a configuration of a family may state; whatever else it states might change the computation. */
export interface KnownKeys {
  /** Keys that the graph is built by. */
  readonly used: readonly string[];
  /** Keys of the family that change no number at inference: dropouts, initialisation, heads for other tasks. */
  readonly idle?: readonly string[];
  /** Keys that are covered only at these values. */
  readonly only?: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * Keys of every configuration of transformers, of any version, and of tools that save models: what a model is called,
 * which tokens begin and end a text, how it is trained, sampled from and loaded.
 */
const common: readonly string[] = [
  'architectures',
  'model_type',
  'transformers_version',
  'transformers.js_config',
  '_name_or_path',
  '_commit_hash',
  'name_or_path',
  'auto_map',
  'custom_pipelines',
  'dtype',
  'torch_dtype',
  'torchscript',
  'use_bfloat16',
  'use_cache',
  'tf_legacy_loss',
  'attn_implementation',
  '_attn_implementation',
  '_attn_implementation_autoset',
  'gradient_checkpointing',
  'chunk_size_feed_forward',
  'unsloth_version',
  'unsloth_fixed',
  'is_llama_config',
  'is_decoder',
  'language',
  'license',
  'vocab_size',
  'tokenizer_class',
  'bos_token_id',
  'eos_token_id',
  'pad_token_id',
  'unk_token_id',
  'sep_token_id',
  'decoder_start_token_id',
  'prefix',
  'initializer_range',
  'attention_dropout',
  'hidden_dropout',
  'classifier_dropout',
  'output_attentions',
  'output_hidden_states',
  'output_scores',
  'return_dict',
  'return_dict_in_generate',
  'id2label',
  'label2id',
  'num_labels',
  'problem_type',
  'finetuning_task',
  'task_specific_params',
  'max_length',
  'min_length',
  'do_sample',
  'early_stopping',
  'num_beams',
  'num_beam_groups',
  'diversity_penalty',
  'temperature',
  'top_k',
  'top_p',
  'typical_p',
  'repetition_penalty',
  'length_penalty',
  'no_repeat_ngram_size',
  'encoder_no_repeat_ngram_size',
  'bad_words_ids',
  'num_return_sequences',
  'forced_bos_token_id',
  'forced_eos_token_id',
  'remove_invalid_values',
  'exponential_decay_length_penalty',
  'suppress_tokens',
  'begin_suppress_tokens',
];

/** Settings that would make another model of any family, where they are on. */
const off: NonNullable<KnownKeys['only']> = {
  is_encoder_decoder: [false],
  tie_encoder_decoder: [false],
  add_cross_attention: [false],
  use_mrope: [false],
};

/**
 * Refuses a configuration that states what is not known here, since it may change what the model computes. A key
 * without a value (null) states nothing.
 * @param source.of what states it, for messages
 * @throws Failure "model-architecture"
 */
export function requireKnownKeys(
  config: Config,
  { used, idle = [], only = {} }: KnownKeys,
  { of, remedy = unknownKeyRemedy() }: { readonly of: string; readonly remedy?: string },
): void {
  const known = new Set([...common, ...used, ...idle]);
  const covered: Readonly<Record<string, readonly unknown[]>> = { ...off, pruned_heads: [], ...only };
  for (const [key, value] of Object.entries(config)) {
    if (value === null || value === undefined || known.has(key) || isEmpty(value)) continue;
    if (Object.hasOwn(covered, key) && covered[key]!.includes(value)) continue;
    throw new Failure(
      'model-architecture',
      l10n.t`The configuration of ${of} states "${key}": ${shortened(value)}, \
${
  Object.hasOwn(covered, key)
    ? l10n.t`which is not built here`
    : l10n.t`and what that changes is not \
known`
}; it cannot be opened from its weights alone.`,
      {},
      remedy,
    );
  }
}

/** What to do about a key of a file that can be edited. */
export const unknownKeyRemedy = () =>
  l10n.t`${exportFirst()} If the key changes nothing that the model computes, take it out of config.json.`;

const isEmpty = (value: unknown): boolean => typeof value === 'object' && Object.keys(value as object).length === 0;

const longest = 40;
function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
