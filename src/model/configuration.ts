import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { isObject } from '../channel/guards';
import { readJson } from '../files/jsonFile';
import { Failure } from '../failure';
import { languagePart } from './languagePart';

/** A causal model goes on with a text; a masked one (BERT and its kin) reads all of it and fills in masks. */
export type LanguageModelKind = 'causal' | 'masked';

/** Kind and sizes of a language model, from its `config.json`. */
export interface ModelConfiguration {
  readonly kind: LanguageModelKind;
  /** `model_type` of transformers: llama, gpt2, qwen3 … */
  readonly architecture: string;
  readonly layers: number;
  /**
   * Numbers in the vector of a token, and of a virtual one. Where the embedding table is narrower than the layers
   * (ALBERT), an opened model has its width here.
   */
  readonly hiddenSize: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly vocabularySize: number;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
  /** Whether the output projection is the embedding table. */
  readonly tiedEmbeddings: boolean;
  /** Tokens that end a generated text, each of which does; the first of them ends the answers that are trained. */
  readonly endTokens: readonly number[];
}

/** Models with relative positions (BLOOM) need not state a longest sequence; they were trained with this one. */
const unstatedContext = 2048;

/** @throws Failure "model-missing" without the file, "model-configuration" when it is broken or lacks a size */
export async function readConfiguration(folder: string): Promise<ModelConfiguration> {
  const file = join(folder, 'config.json');
  return toConfiguration(await readConfigurationFile(file), file, await readGenerationFile(folder));
}

/**
 * `generation_config.json`, where a model has one; transformers reads it for what ends a text.
 * @throws Failure "model-configuration"
 */
export async function readGenerationFile(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, 'generation_config.json');
  const found = await readJson(file, isObject, {
    damaged: () =>
      new Failure(
        'model-configuration',
        l10n.t`generation_config.json is not valid JSON.`,
        { file },
        l10n.t`Download or copy it again, or delete it.`,
      ),
  });
  return found ?? {};
}

/** `config.json` as it is written. @throws Failure "model-missing", "model-configuration" */
export function readConfigurationFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  return readJson(file, isObject, {
    missing: () =>
      new Failure(
        'model-missing',
        l10n.t`The model folder has no config.json.`,
        { file },
        l10n.t`Point \`model\` at a folder with config.json, tokenizer.json and model.onnx, as on the hub.`,
      ),
    damaged: () =>
      new Failure(
        'model-configuration',
        l10n.t`config.json is not valid JSON.`,
        { file },
        l10n.t`Download or copy it again.`,
      ),
  });
}

/**
 * @param file where the record comes from
 * @param generation `generation_config.json`, whose end tokens end a text as well
 * @throws Failure "model-configuration" when it lacks a size
 */
export function toConfiguration(
  whole: Readonly<Record<string, unknown>>,
  file: string,
  generation: Readonly<Record<string, unknown>> = {},
): ModelConfiguration {
  const config = languagePart(whole);
  const size = (names: readonly string[], fallback?: number): number => {
    const found = names.map((name) => config[name]).find((value) => typeof value === 'number') ?? fallback;
    if (found === undefined)
      throw new Failure(
        'model-configuration',
        l10n.t`config.json does not say "${String(names[0])}".`,
        { file },
        l10n.t`Use the config.json that belongs to the model.`,
      );
    return found as number;
  };
  const heads = size(['num_attention_heads', 'n_head', 'num_heads', 'n_heads']);
  const hiddenSize = size(['hidden_size', 'n_embd', 'd_model', 'dim', 'emb_dim']);
  const architecture = typeof config.model_type === 'string' ? config.model_type : 'unknown';
  return {
    kind: kindOf(config, architecture),
    architecture,
    layers: size(['num_hidden_layers', 'n_layer', 'num_layers', 'n_layers']),
    hiddenSize,
    heads,
    keyValueHeads: size(['num_key_value_heads'], heads),
    headSize: size(['head_dim'], hiddenSize / heads),
    vocabularySize: size(['vocab_size', 'n_words']),
    contextLength:
      size(['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len', 'seq_length'], unstatedContext) -
      positionsBefore(config, architecture),
    tiedEmbeddings: config.tie_word_embeddings === true,
    endTokens: [...new Set([...endTokensIn(config), ...endTokensIn(generation)])],
  };
}

/** Heads of models that choose the next word of a text, or a masked one. */
const languageHead = /(ForCausalLM|LMHeadModel|ForMaskedLM|ForPreTraining|LMHead|WithLMHeadModel|DoubleHeadsModel)$/;

/**
 * Refuses what is no language model of one text: an encoder with a decoder, or a head that classifies.
 * @throws Failure "model-architecture"
 */
export function requireLanguageModel(config: Readonly<Record<string, unknown>>): void {
  const heads = [config.architectures].flat().filter((name): name is string => typeof name === 'string');
  const named = heads[0] ?? String(config.model_type);
  const refuse = (what: string): Failure =>
    new Failure(
      'model-architecture',
      l10n.t`The model (${named}) ${what}.`,
      {},
      l10n.t`Use a causal language model exported for text generation, or a masked one exported for filling masks.`,
    );
  if (config.is_encoder_decoder === true)
    throw refuse(l10n.t`answers with a decoder what an encoder has read, and is no causal or masked language model`);
  const other = heads.find((name) => /For[A-Z]\w+$/.test(name) && !languageHead.test(name) && !textToText.test(name));
  if (other !== undefined && !heads.some((name) => languageHead.test(name)))
    throw refuse(l10n.t`has a head for another task, and is no causal or masked language model`);
}

/** Of models that also read images or sound, whose text part may be a causal one. */
const textToText = /ForConditionalGeneration$/;

const endTokensIn = ({ eos_token_id: ids }: Readonly<Record<string, unknown>>): readonly number[] =>
  [ids].flat().filter((id): id is number => typeof id === 'number');

/** Families that transformers trains by masking, where the configuration names no head. */
const maskedFamilies = new Set([
  'bert',
  'roberta',
  'distilbert',
  'albert',
  'electra',
  'camembert',
  'xlm-roberta',
  'mpnet',
  'deberta',
  'deberta-v2',
  'mobilebert',
  'modernbert',
  'roformer',
  'convbert',
  'rembert',
  'xlm',
]);

/** BERT with `is_decoder` is causal, and XLM with `causal`; otherwise the head that `architectures` names decides. */
function kindOf(config: Readonly<Record<string, unknown>>, architecture: string): LanguageModelKind {
  if (config.is_decoder === true || config.causal === true) return 'causal';
  const heads = [config.architectures].flat().filter((name): name is string => typeof name === 'string');
  return maskedFamilies.has(architecture) || heads.some((name) => name.endsWith('ForMaskedLM')) ? 'masked' : 'causal';
}

const countsFromPadding = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet']);

/**
 * RoBERTa's positions begin behind that of its padding token, so that its table has rows for fewer tokens than it
 * holds.
 */
function positionsBefore({ pad_token_id: padding }: Readonly<Record<string, unknown>>, architecture: string): number {
  return countsFromPadding.has(architecture) ? (typeof padding === 'number' ? padding : 1) + 1 : 0;
}
