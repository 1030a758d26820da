import * as l10n from '@vscode/l10n';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure';
import { replaceFolder, type Holder } from '../files/atomicFile';
import type { LanguageModel } from '../model/openModel';
import type { Method } from '../template/settings/settings';
import { prefixWidth } from '../objective/prompt';
import type { SoftPrompt } from '../objective/prompt';
import type { Task } from '../objective/task';
import { peftConfigOf, readPeftConfig, type PeftConfig } from './peftConfig';
import { placementName, placementOf, readPlacement } from './placement';
import { readSafetensors, writeSafetensors, type NamedTensor } from './safetensors';
import { isThere } from '../files/isThere';

export const adapterFiles = {
  config: 'adapter_config.json',
  weights: 'adapter_model.safetensors',
  /** Rows of the prompt matrix that the weights cannot hold: the instruction's. */
  ownWeights: 'prompt_tuner.safetensors',
  placement: placementName,
} as const;

/** Python that writes a pickle's numbers as safetensors. */
const convertPickle =
  'import torch, safetensors.torch as s; ' +
  "s.save_file(torch.load('adapter_model.bin', map_location='cpu', weights_only=True), 'adapter_model.safetensors')";

/** Name of the only matrix, in PEFT's file and in ours. */
const matrixName = 'prompt_embeddings';

/**
 * Opens a prompt that PEFT or Prompt Tuner saved. A prefix made elsewhere has no rows and a hidden size of 0: its
 * matrix does not tell the model's.
 * @throws Failure "adapter-missing", "adapter-pickle", "adapter-damaged", "adapter-type", "adapter-kind"
 */
export async function readAdapter(folder: string): Promise<SoftPrompt> {
  const config = readPeftConfig(await readPart(folder, adapterFiles.config, 'utf8'), join(folder, adapterFiles.config));
  const matrix = await readMatrix(folder, config);
  const own = await readOwnRows(folder);
  if (config.kind === 'PREFIX_TUNING') {
    const prefix = { rows: matrix.dims[0]!, width: matrix.dims[1]!, values: matrix.values };
    return own
      ? { rows: own.dims[0]!, hiddenSize: own.dims[1]!, values: own.values, prefix }
      : { rows: 0, hiddenSize: 0, values: new Float32Array(), prefix };
  }
  if (!own) return { rows: matrix.dims[0]!, hiddenSize: matrix.dims[1]!, values: matrix.values };
  const values = new Float32Array(matrix.values.length + own.values.length);
  values.set(matrix.values);
  values.set(own.values, matrix.values.length);
  return { rows: matrix.dims[0]! + own.dims[0]!, hiddenSize: matrix.dims[1]!, values };
}

async function readMatrix(folder: string, { virtualTokens }: PeftConfig): Promise<NamedTensor> {
  const file = join(folder, adapterFiles.weights);
  const tensors = readSafetensors(await readPart(folder, adapterFiles.weights), file);
  // Checkpoints of a training without an encoder keep the matrix under the name of the module.
  const matrix =
    tensors.get(matrixName) ??
    (tensors.size === 1 ? [...tensors].find(([name]) => name.endsWith('embedding.weight'))?.[1] : undefined);
  if (matrix?.dims.length !== 2 || matrix.dims[0] === 0)
    throw new Failure(
      'adapter-damaged',
      l10n.t`The file holds no matrix named ${matrixName}.`,
      { file },
      l10n.t`Save the adapter again with PEFT or Prompt Tuner.`,
    );
  if (virtualTokens !== undefined && virtualTokens !== matrix.dims[0]) {
    throw new Failure(
      'adapter-damaged',
      l10n.t`The matrix has ${String(matrix.dims[0])} rows, ${adapterFiles.config} says ${virtualTokens}.`,
      { file },
      l10n.t`Use the two files that were saved together.`,
    );
  }
  return ofOnlyTask(matrix, tensors, file);
}

/**
 * The prompt of an adapter that shares a matrix between tasks (Multitask Prompt Tuning, Wang et al. 2023): each number
 * times that of the task's low-rank matrix.
 * @throws Failure "adapter-kind" where there are several tasks to choose from
 */
function ofOnlyTask(shared: NamedTensor, tensors: ReadonlyMap<string, NamedTensor>, file: string): NamedTensor {
  const [columns, rows] = [tensors.get('prefix_task_cols'), tensors.get('prefix_task_rows')];
  if (!columns || !rows) return shared;
  const [tasks, , ranks = 0] = columns.dims;
  if (tasks !== 1) {
    throw new Failure(
      'adapter-kind',
      l10n.t`The adapter holds the prompts of ${String(tasks)} tasks.`,
      { file },
      l10n.t`Save one of them alone: in Python, prompt_embeddings * (prefix_task_cols[task] @ \
prefix_task_rows[task]) is a matrix of kind PROMPT_TUNING.`,
    );
  }
  const width = shared.dims[1]!;
  return {
    ...shared,
    values: shared.values.map((value, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      let factor = 0;
      for (let rank = 0; rank < ranks; rank++)
        factor += columns.values[row * ranks + rank]! * rows.values[rank * width + column]!;
      return value * factor;
    }),
  };
}

async function readOwnRows(folder: string): Promise<NamedTensor | undefined> {
  const file = join(folder, adapterFiles.ownWeights);
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && readSafetensors(bytes, file).get(matrixName);
}

function readPart(folder: string, name: string): Promise<Buffer>;
function readPart(folder: string, name: string, encoding: 'utf8'): Promise<string>;
async function readPart(folder: string, name: string, encoding?: 'utf8'): Promise<Buffer | string> {
  const file = join(folder, name);
  try {
    return await readFile(file, encoding);
  } catch (error) {
    const pickle = join(folder, 'adapter_model.bin');
    if (name === adapterFiles.weights && (await isThere(pickle))) {
      throw new Failure(
        'adapter-pickle',
        l10n.t`The adapter's numbers are a Python pickle, which can run code when opened and is therefore not read.`,
        { file: pickle },
        l10n.t`Convert it once, in its folder: python -c "${convertPickle}"`,
      );
    }
    throw new Failure(
      'adapter-missing',
      l10n.t`The adapter cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
      { file },
      l10n.t`Point at a folder with ${adapterFiles.config} and ${adapterFiles.weights}.`,
    );
  }
}

/** A method, and the settings with which a template has the adapter's sizes. */
export interface AdapterUse {
  readonly method: Method;
  readonly set: Readonly<Record<string, string>>;
}

/** The model an adapter was trained for: its name, and the hash of its weights where the adapter was made here. */
export interface AdapterBase {
  readonly name?: string;
  readonly sha256?: string;
}

/** @throws Failure "adapter-missing", "adapter-damaged", "adapter-kind" */
export async function readAdapterBase(folder: string): Promise<AdapterBase> {
  const placement = await readPlacement(join(folder, placementName));
  if (placement) return { name: placement.model.id, sha256: placement.model.sha256 };
  return {
    name: readPeftConfig(await readPart(folder, adapterFiles.config, 'utf8'), join(folder, adapterFiles.config)).base,
  };
}

/**
 * Why an adapter may mean nothing on a model that it fits by its sizes.
 * @returns nothing where it was trained for the model, as far as names and hashes tell
 */
export function baseModelMismatch(
  { name, sha256 }: AdapterBase,
  model: Pick<LanguageModel, 'id' | 'sha256'>,
): string | undefined {
  const same =
    sha256 === undefined ? name === undefined || plainName(name) === plainName(model.id) : sha256 === model.sha256;
  if (same) return undefined;
  const otherWeights = sha256 && name === model.id ? l10n.t` with other weights` : '';
  return l10n.t`The adapter was trained for "${String(name)}"${otherWeights}, the model is "${model.id}": unless the \
weights are the same, its vectors mean nothing here.`;
}

/** Hub ids and folders of one model end alike, however it was exported. */
const plainName = (name: string): string =>
  name
    .toLowerCase()
    .split(/[\\/]/)
    .filter(Boolean)
    .at(-1)
    ?.replace(/[-_.]onnx.*$/, '') ?? '';

/**
 * How an adapter is meant to be used: as its own record says, or by what PEFT can express.
 * @throws Failure "adapter-damaged", "adapter-kind"
 */
export async function readAdapterUse(folder: string, prompt: SoftPrompt): Promise<AdapterUse> {
  const placement = await readPlacement(join(folder, placementName));
  const instruction = { 'tune.instruction': placement?.instruction.length ? 'embeddings' : 'fixed' };
  if (prompt.prefix)
    return { method: 'v2', set: { 'tune.length': String(prompt.prefix.rows), 'tune.layers': 'all', ...instruction } };
  const length = { 'tune.length': String(prompt.rows - (placement?.instruction.length ?? 0)) };
  if (placement?.method === 'v2') return { method: 'v2', set: { ...length, 'tune.layers': 'input', ...instruction } };
  const { kind } = readPeftConfig(
    await readPart(folder, adapterFiles.config, 'utf8'),
    join(folder, adapterFiles.config),
  );
  return { method: kind === 'P_TUNING' ? 'v1' : 'soft', set: length };
}

/**
 * Writes a prompt as a PEFT adapter, whole or not at all: PREFIX_TUNING where it has a prefix, P_TUNING from `v1`, else
 * PROMPT_TUNING. What PEFT cannot express is beside it: `prompt_tuner.json` says where the vectors stand,
 * `prompt_tuner.safetensors` holds the instruction's.
 * @param holder as `writeAtomically` has it
 * @throws Failure "adapter-shape" when the prompt has not the sizes of task and model
 */
export async function writeAdapter(
  folder: string,
  prompt: SoftPrompt,
  { task, model, holder }: { readonly task: Task; readonly model: LanguageModel; readonly holder?: Holder },
): Promise<void> {
  requireSizes(prompt, task, model);
  const tokens = prompt.prefix ? 0 : task.layout.total;
  const split = tokens * prompt.hiddenSize;
  const matrix = prompt.prefix
    ? { dims: [prompt.prefix.rows, prompt.prefix.width], values: prompt.prefix.values }
    : { dims: [tokens, prompt.hiddenSize], values: prompt.values.slice(0, split) };
  const own = { dims: [prompt.rows - tokens, prompt.hiddenSize], values: prompt.values.slice(split) };
  await replaceFolder(
    folder,
    async (fresh) => {
      const write = (name: string, content: string | Uint8Array): Promise<void> =>
        writeFile(join(fresh, name), content);
      await write(adapterFiles.config, asJson(peftConfigOf(prompt, { tokens, settings: task.settings, model })));
      await write(adapterFiles.weights, writeSafetensors(new Map([[matrixName, matrix]])));
      if (own.values.length > 0) await write(adapterFiles.ownWeights, writeSafetensors(new Map([[matrixName, own]])));
      await write(adapterFiles.placement, asJson(placementOf(task, model)));
    },
    holder,
  );
}

const asJson = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function requireSizes(prompt: SoftPrompt, { promptRows, prefixRows }: Task, model: LanguageModel): void {
  const { hiddenSize } = model.configuration;
  const width = prompt.prefix ? prefixWidth(model) : 0;
  const has = [
    prompt.rows,
    prompt.rows * prompt.hiddenSize,
    prompt.values.length,
    prompt.prefix?.rows ?? 0,
    prompt.prefix?.width ?? 0,
    prompt.prefix?.values.length ?? 0,
  ];
  const needs = [promptRows, promptRows * hiddenSize, promptRows * hiddenSize, prefixRows, width, prefixRows * width];
  if (has.every((size, i) => size === needs[i])) return;
  throw new Failure(
    'adapter-shape',
    l10n.t`The prompt has ${prompt.rows} × ${prompt.hiddenSize} virtual numbers and a prefix of ${String(has[3])} × \
${String(has[4])}; template and model need ${promptRows} × ${hiddenSize} and ${prefixRows} × ${width}.`,
    {},
    l10n.t`Use the template and the model that it was trained with.`,
  );
}
