import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure';
import type { LanguageModel } from '../model/openModel';
import type { SoftPrompt } from '../tuning/prompt';
import type { Task } from '../tuning/task';
import { readSafetensors, writeSafetensors } from './safetensors';

/** PEFT version whose `adapter_config.json` fields are written. */
const peftVersion = '0.21.0';
const [configName, weightsName, placementName] = ['adapter_config.json', 'adapter_model.safetensors', 'prompt_tuner.json'];

/** @throws Failure "adapter-missing", "adapter-damaged", "adapter-kind" */
export async function readAdapter(folder: string): Promise<SoftPrompt> {
  const [configuration, weights] = await Promise.all([readFile(join(folder, configName), 'utf8'), readFile(join(folder, weightsName))]).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('adapter-missing', `The adapter cannot be read (${error.code ?? error.message}).`, { file: error.path ?? folder }, `Point at a folder with ${configName} and ${weightsName}.`);
  });
  const kind = adapterKind(configuration, join(folder, configName));
  if (kind !== 'PROMPT_TUNING' && kind !== 'P_TUNING') {
    throw new Failure('adapter-kind', `The adapter is of kind ${kind}; virtual tokens need PROMPT_TUNING or P_TUNING.`, { file: join(folder, configName) }, 'Choose an adapter of a soft prompt.');
  }
  const file = join(folder, weightsName);
  const tensor = readSafetensors(weights, file).get('prompt_embeddings');
  if (tensor?.dims.length !== 2) throw new Failure('adapter-damaged', 'The file holds no matrix named prompt_embeddings.', { file }, 'Save the adapter again with PEFT or Prompt Tuner.');
  return { rows: tensor.dims[0]!, hiddenSize: tensor.dims[1]!, values: tensor.values };
}

function adapterKind(configuration: string, file: string): string {
  try {
    return String((JSON.parse(configuration) as { peft_type?: unknown }).peft_type);
  } catch {
    throw new Failure('adapter-damaged', 'adapter_config.json is not valid JSON.', { file }, 'Copy it again.');
  }
}

/**
 * Writes virtual tokens as a PEFT PROMPT_TUNING adapter, whole or not at all. Where the template places them elsewhere than in
 * front, `prompt_tuner.json` beside it says so: PEFT itself can only put them in front.
 */
export async function writeAdapter(folder: string, prompt: SoftPrompt, task: Task, model: LanguageModel): Promise<void> {
  const { configuration } = model;
  const config = {
    auto_mapping: null,
    base_model_name_or_path: model.id,
    inference_mode: true,
    modules_to_save: null,
    num_attention_heads: configuration.heads,
    num_layers: configuration.layers,
    num_transformer_submodules: 1,
    num_virtual_tokens: prompt.rows,
    peft_type: 'PROMPT_TUNING',
    peft_version: peftVersion,
    prompt_tuning_init: 'RANDOM',
    prompt_tuning_init_text: null,
    revision: null,
    task_type: 'CAUSAL_LM',
    token_dim: prompt.hiddenSize,
    tokenizer_kwargs: null,
    tokenizer_name_or_path: null,
  };
  const placement = { template: task.template.text, prepended: task.layout.prepended, slots: task.layout.slots, model: { id: model.id, sha256: model.sha256 } };
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, configName), `${JSON.stringify(config, null, 2)}\n`);
  await writeFile(join(unfinished, weightsName), writeSafetensors(new Map([['prompt_embeddings', { dims: [prompt.rows, prompt.hiddenSize], values: prompt.values }]])));
  await writeFile(join(unfinished, placementName), `${JSON.stringify(placement, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}
