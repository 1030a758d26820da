import * as l10n from '@vscode/l10n';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { Failure } from '../../failure';
import { requireOpenableFolder } from '../../fileAccess';
import { enumerated } from '../../words/listed';
import { mediaFolder } from '../../mediaFolder';
import { hostedModelOf } from '../../template/read/hostedModel';
import { shardIndex } from '../weights/openSafetensors';
import { cachedReference, findInHubCache, hubReference } from '../hub/cache';
import { isModelName, variantOfName } from '../stores/modelFolder';
import { requireStored } from '../stores/stores';
import { readModelReference } from './modelReference';
import { isThere } from '../../files/isThere';

/** What a model is opened from. */
export type ModelKind = 'onnx' | 'safetensors' | 'gguf';

/** Where a model is on the disk. */
export interface ModelFiles {
  readonly folder: string;
  readonly file: string;
  readonly kind: ModelKind;
}

function kindOf(path: string): ModelKind | undefined {
  if (/\.safetensors(\.index\.json)?$/i.test(path)) return 'safetensors';
  const extension = extname(path).toLowerCase();
  return extension === '.onnx' ? 'onnx' : extension === '.gguf' ? 'gguf' : undefined;
}

/** Where models that belong to the product are. */
export const embeddedModels = join(mediaFolder, 'models');
export const embeddedDefault = 'prompt-tuner-base';

/**
 * The folder of a model: `builtin`, a path relative to `from`, or a hub id in the hub's cache.
 * @throws Failure "model-missing", "outside-workspace"
 */
export async function findFolder(whole: string, from: string): Promise<string> {
  const { named: reference, path } = readModelReference(whole, from);
  if (reference === 'builtin') return join(embeddedModels, embeddedDefault);
  if (await isThere(path)) {
    requireOpenableFolder(path);
    return (await stat(path)).isDirectory() ? path : folderOfFile(path);
  }
  const onHub = hubReference(reference);
  const inCache = onHub ?? cachedReference(reference);
  const cached = inCache && (await findInHubCache(inCache));
  if (cached) return cached;
  const remedy = onHub
    ? l10n.t`Add it (prompt-tuner models add ${reference}), or write \`model: builtin\`.`
    : l10n.t`Write \`model: builtin\`, or the path of a folder with config.json, tokenizer.json and model.onnx or \
model.safetensors, or of a .gguf file.`;
  throw new Failure('model-missing', l10n.t`The model "${reference}" is not on this machine.`, {}, remedy);
}

/**
 * The folder of a model, and the file in it to open: an exported graph in `onnx` or in the folder itself, then a
 * checkpoint in safetensors, then a GGUF file. A name of another program's store (`ollama:llama3.2:1b`) is the file
 * that the program would open.
 * @throws Failure "model-missing"; of a model in a store, why it cannot be opened
 */
export async function findModelFiles(reference: string, from: string): Promise<ModelFiles> {
  if (hostedModelOf(reference))
    throw new Failure(
      'endpoint-method',
      l10n.t`The model "${reference}" runs elsewhere, where only a hard prompt can be measured.`,
      {},
      l10n.t`Choose the method hard, or name a model of this machine.`,
    );
  const stored = await requireStored(reference);
  if (stored) return { folder: dirname(stored.file), file: stored.file, kind: stored.kind };
  const { named, path, variant: written } = readModelReference(reference, from);
  // A variant is a word, never a way out of the folder.
  const variant = written?.replace(/[^\w.-]/g, '');
  const folder = await findFolder(reference, from);
  if (kindOf(path) && (await isFile(path))) return { folder, file: path, kind: kindOf(path)! };
  const file = await findFile(folder, { reference: named, variant });
  return { folder, file, kind: kindOf(file)! };
}

/** A graph file is in the model's folder, or in a folder `onnx` there. */
async function folderOfFile(file: string): Promise<string> {
  const beside = dirname(file);
  return basename(beside) === 'onnx' && !(await isThere(join(beside, 'config.json'))) ? dirname(beside) : beside;
}

/** Names of graph files in the order they are looked for. */
const graphNames = (variant: string | undefined): readonly string[] =>
  variant
    ? [`model_${variant}.onnx`, `decoder_model_merged_${variant}.onnx`]
    : ['model.onnx', 'decoder_model_merged.onnx', 'decoder_with_past_model.onnx'];

interface Wanted {
  readonly reference: string;
  readonly variant: string | undefined;
}

async function findFile(folder: string, wanted: Wanted): Promise<string> {
  const { variant } = wanted;
  for (const name of graphNames(variant))
    for (const path of [join(folder, 'onnx', name), join(folder, name)]) if (await isThere(path)) return path;
  const held: readonly string[] = await readdir(folder).catch(() => []);
  const whole = ['model.safetensors', shardIndex].find((name) => held.includes(name));
  if (whole && (variant === undefined || variant === 'safetensors')) return join(folder, whole);
  const packed = held.filter(isModelName).sort();
  const fitting = packed.filter((name) => variant === undefined || variantOfName(name) === variant.toLowerCase());
  if (fitting.length === 1) return join(folder, fitting[0]!);
  throw nothingFits(folder, wanted, {
    packed,
    held: [...held, ...(await readdir(join(folder, 'onnx')).catch(() => []))],
  });
}

/** Whole or in shards. */
const pickled = /^pytorch_model(-\d+-of-\d+)?\.bin$/;

function nothingFits(
  folder: string,
  { reference, variant }: Wanted,
  { packed, held }: { readonly packed: readonly string[]; readonly held: readonly string[] },
): Failure {
  const others = [
    ...new Set([...held.flatMap((name) => /^model_(\w+)\.onnx$/.exec(name)?.[1] ?? []), ...packed.map(variantOfName)]),
  ].sort();
  if (others.length === 0 && held.some((name) => pickled.test(name)))
    return new Failure(
      'model-missing',
      l10n.t`The model folder holds its weights only as a pickle of PyTorch (pytorch_model.bin), which is not read: \
opening one can run any program.`,
      { file: folder },
      l10n.t`Choose a revision that holds model.safetensors, or load the model with transformers and call \
save_pretrained(folder), which writes it.`,
    );
  const remedy = others.length
    ? l10n.t`Choose one of the files it holds: \
${enumerated(others.map((other) => `\`model: ${reference}#${other}\``))}.`
    : l10n.t`Point \`model\` at a folder that holds onnx/model.onnx, model.onnx, model.safetensors or a .gguf file.`;
  const missing =
    variant === undefined && packed.length > 1
      ? l10n.t`holds ${packed.length} GGUF files`
      : l10n.t`has no ${String(graphNames(variant)[0])}`;
  return new Failure('model-missing', l10n.t`The model folder ${missing}.`, { file: folder }, remedy);
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
