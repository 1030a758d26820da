import { join } from 'node:path';
import { Failure } from '../../failure';
import { isObject } from '../../channel/guards';
import { readJson } from '../../files/jsonFile';
import { folderSize } from '../hub/cache';
import { shardIndex } from '../weights/openSafetensors';
import { filesBelow, isModelName, modelBytes, variantOfName } from './modelFolder';
import { lmStudioFolders } from './storeFolders';
import { byName, type ModelStore, type StoredModel } from './storedModel';

/** A file in one of LM Studio's folders, which it lays out as PUBLISHER/MODEL/FILE. */
interface Entry {
  readonly root: string;
  /** Below the root, with `/`. */
  readonly path: string;
  /** PUBLISHER/MODEL, or the path where it is not so deep. */
  readonly model: string;
}

export const lmStudio: ModelStore = {
  name: 'lmstudio',
  title: 'LM Studio',
  folders: () => lmStudioFolders(),
  async list() {
    const entries = await allEntries();
    return (await Promise.all(entries.map((entry) => toModel(entry, nameOf(entry, entries))))).sort(byName);
  },
  async find(written) {
    const entries = await allEntries();
    const fitting = fittingEntries(entries, written);
    if (fitting.length > 1)
      throw new Failure(
        'model-missing',
        `LM Studio has ${fitting.length} files of "${written}".`,
        {},
        `Name one of them: ${fitting.map((entry) => `lmstudio:${nameOf(entry, entries)}`).join(', ')}.`,
      );
    return fitting[0] && toModel(fitting[0], nameOf(fitting[0], entries));
  },
  remedy: (name) => `Download it in LM Studio: lms get ${name}.`,
};

/** Weights in safetensors, of which the first file or the index is named. */
const isCheckpoint = (name: string): boolean => name === 'model.safetensors' || name === shardIndex;

/** The same model in two folders is that of the first. */
async function allEntries(): Promise<readonly Entry[]> {
  const found = await Promise.all(
    lmStudioFolders().map(async (root) => {
      const paths = await filesBelow(root, (name) => isModelName(name) || isCheckpoint(name));
      return paths.map((path): Entry => {
        const parts = path.split('/');
        return { root, path, model: parts.length > 2 ? parts.slice(0, 2).join('/') : path };
      });
    }),
  );
  const seen = new Set<string>();
  return found.flat().filter(({ path }) => !seen.has(path.toLowerCase()) && seen.add(path.toLowerCase()) !== undefined);
}

/** PUBLISHER/MODEL where that is one file, with the file's path behind it where there are several. */
function nameOf({ model, path }: Entry, entries: readonly Entry[]): string {
  return entries.filter((entry) => entry.model === model).length === 1 ? model : path;
}

/** What a name may mean, capitals aside: a model, a file of it with or without its ending, or MODEL@QUANTISATION. */
function fittingEntries(entries: readonly Entry[], written: string): readonly Entry[] {
  const name = written.toLowerCase();
  const [model, quantisation] = name.split('@');
  const exact = entries.filter(({ path }) => [name, `${name}.gguf`].includes(path.toLowerCase()));
  if (exact.length > 0) return exact;
  return entries.filter(
    (entry) =>
      entry.model.toLowerCase() === model &&
      (quantisation === undefined || variantOfName(entry.path.toLowerCase()) === quantisation),
  );
}

async function toModel({ root, path }: Entry, name: string): Promise<StoredModel> {
  const file = join(root, ...path.split('/'));
  const common = { id: `lmstudio:${name}`, store: 'lmstudio', file } as const;
  if (isModelName(path)) return { ...common, kind: 'gguf', bytes: await modelBytes(file) };
  const folder = join(file, '..');
  const [bytes, failure] = await Promise.all([folderSize(folder), mlxFailure(folder, name)]);
  return { ...common, kind: 'safetensors', bytes, ...(failure && { failure }) };
}

/** MLX packs quantised weights in a way of its own, which its config.json says. */
async function mlxFailure(folder: string, name: string): Promise<Failure | undefined> {
  const file = join(folder, 'config.json');
  const config = await readJson(file, isObject);
  if (!config || !isObject(config.quantization)) return undefined;
  return new Failure(
    'checkpoint-type',
    `The model "${name}" is quantised for MLX (${String(config.quantization.bits)} bits), which is not read here.`,
    { file },
    'Download it as GGUF.',
  );
}
