import * as l10n from '@vscode/l10n';
import { isObject } from '../channel/guards';
import { parseJson } from '../files/jsonFile';
import { Failure } from '../failure';
import { enumerated } from '../words/listed';
import type { LanguageModel } from '../model/openModel';
import type { SoftPrompt } from '../objective/prompt';
import type { Settings } from '../template/settings/settings';

/** The kinds of PEFT adapter that are prompts of one matrix. */
export type PeftKind = 'PROMPT_TUNING' | 'P_TUNING' | 'PREFIX_TUNING';

/** What of `adapter_config.json` says how its matrix is to be read; older versions of PEFT leave fields out. */
export interface PeftConfig {
  readonly kind: PeftKind;
  readonly virtualTokens?: number;
  /** The model it was trained for, as whoever saved it called it. */
  readonly base?: string;
}

/** PEFT version whose `adapter_config.json` fields are written. */
const peftVersion = '0.21.0';

/**
 * Further kinds that are saved as a prompt of one of the three: CARTRIDGE is a prefix without a projection, CPT has its
 * changes added up when it is saved, and MULTITASK_PROMPT_TUNING is read where it holds one task.
 */
const savedAs: Readonly<Record<string, PeftKind>> = {
  PROMPT_TUNING: 'PROMPT_TUNING',
  P_TUNING: 'P_TUNING',
  PREFIX_TUNING: 'PREFIX_TUNING',
  CARTRIDGE: 'PREFIX_TUNING',
  CPT: 'PROMPT_TUNING',
  MULTITASK_PROMPT_TUNING: 'PROMPT_TUNING',
};

/** A field that only one kind has, for configurations that do not name their kind. */
const tellingFields: readonly (readonly [string, PeftKind])[] = [
  ['prefix_projection', 'PREFIX_TUNING'],
  ['encoder_reparameterization_type', 'P_TUNING'],
  ['prompt_tuning_init', 'PROMPT_TUNING'],
];

/**
 * What a saved configuration says of its adapter.
 * @throws Failure "adapter-damaged" for broken JSON, "adapter-kind" for what is no prompt of a causal language model
 */
export function readPeftConfig(text: string, file: string): PeftConfig {
  const config = parseJson(text);
  if (!isObject(config))
    throw new Failure(
      'adapter-damaged',
      l10n.t`adapter_config.json is not a JSON object.`,
      { file },
      l10n.t`Copy it again.`,
    );
  const named = config.peft_type ?? tellingFields.find(([field]) => field in config)?.[1];
  const kind = typeof named === 'string' && Object.hasOwn(savedAs, named) ? savedAs[named] : undefined;
  if (!kind) {
    throw new Failure(
      'adapter-kind',
      named === undefined
        ? l10n.t`The adapter does not say what kind it is.`
        : l10n.t`The adapter is of kind ${String(named)}, which is no prompt.`,
      { file },
      l10n.t`Choose an adapter of kind PROMPT_TUNING, P_TUNING or PREFIX_TUNING.`,
    );
  }
  const {
    num_virtual_tokens: virtualTokens,
    num_transformer_submodules: submodules,
    task_type: taskType,
    modules_to_save: modules,
    base_model_name_or_path: base,
  } = config;
  const unfit = (what: string): Failure =>
    new Failure(
      'adapter-kind',
      l10n.t`The adapter ${what}.`,
      { file },
      l10n.t`Choose an adapter of a causal language model that is a prompt and nothing else.`,
    );
  if (submodules === 2 || taskType === 'SEQ_2_SEQ_LM') throw unfit(l10n.t`belongs to an encoder-decoder model`);
  if (typeof taskType === 'string' && taskType !== 'CAUSAL_LM')
    throw unfit(l10n.t`belongs to a model with another head than a language model's (task type ${taskType})`);
  if (Array.isArray(modules) && modules.length > 0)
    throw unfit(l10n.t`changes weights of the model too (modules_to_save: ${enumerated(modules)})`);
  return {
    kind,
    ...(typeof virtualTokens === 'number' && { virtualTokens }),
    ...(typeof base === 'string' && base && { base }),
  };
}

/**
 * `adapter_config.json` with the fields that PEFT itself writes.
 * @param tokens virtual tokens among the input embeddings that the adapter's matrix holds
 */
export function peftConfigOf(
  prompt: SoftPrompt,
  { tokens, settings, model }: { readonly tokens: number; readonly settings: Settings; readonly model: LanguageModel },
): object {
  const {
    configuration: { heads, layers, hiddenSize, keyValueHeads, headSize },
  } = model;
  const fields = {
    auto_mapping: null,
    base_model_name_or_path: model.id,
    inference_mode: true,
    modules_to_save: null,
    num_attention_heads: heads,
    num_layers: layers,
    num_transformer_submodules: 1,
    num_virtual_tokens: tokens,
    peft_version: peftVersion,
    revision: null,
    task_type: model.configuration.kind === 'masked' ? null : 'CAUSAL_LM',
    token_dim: hiddenSize,
  };
  if (prompt.prefix) {
    // With grouped queries PEFT counts in key/value heads here, or the matrix would not fit.
    const width = {
      num_attention_heads: keyValueHeads,
      token_dim: keyValueHeads * headSize,
      num_layers: model.signature.cache.length,
    };
    return {
      ...fields,
      ...width,
      num_virtual_tokens: prompt.prefix.rows,
      peft_type: 'PREFIX_TUNING',
      encoder_hidden_size: width.token_dim,
      init_weights: null,
      prefix_projection: false,
    };
  }
  if (settings.method === 'v1') {
    return {
      ...fields,
      peft_type: 'P_TUNING',
      encoder_dropout: 0,
      encoder_hidden_size: settings.encoderSize || hiddenSize,
      encoder_num_layers: 2,
      encoder_reparameterization_type: settings.encoder.toUpperCase(),
    };
  }
  return {
    ...fields,
    peft_type: 'PROMPT_TUNING',
    prompt_tuning_init: 'RANDOM',
    prompt_tuning_init_text: null,
    tokenizer_kwargs: null,
    tokenizer_name_or_path: null,
  };
}
