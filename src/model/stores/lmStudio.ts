import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { Failure } from '../../failure';
import { isObject, isText } from '../../channel/guards';
import { readJson } from '../../files/jsonFile';
import { enumerated } from '../../words/listed';
import { folderSize } from '../hub/cache';
import { shardIndex } from '../weights/openSafetensors';
import { filesBelow, isModelName, modelBytes, variantOfName } from './modelFolder';
import { lmStudioFolders, lmStudioHubs } from './storeFolders';
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
    const models = await Promise.all(entries.map((entry) => toModel(entry, nameOf(entry, entries))));
    return [...models, ...(await virtualModels(entries))].sort(byName);
  },
  async find(written) {
    const entries = await allEntries();
    const fitting = fittingEntries(entries, written);
    if (fitting.length > 1)
      throw new Failure(
        'model-missing',
        l10n.t`LM Studio has ${fitting.length} files of "${written}".`,
        {},
        l10n.t`Name one of them: ${enumerated(fitting.map((entry) => `lmstudio:${nameOf(entry, entries)}`))}.`,
      );
    if (fitting[0]) return toModel(fitting[0], nameOf(fitting[0], entries));
    return (await virtualModels(entries)).find(({ id }) => id.toLowerCase() === `lmstudio:${written.toLowerCase()}`);
  },
  remedy: (name) => l10n.t`Download it in LM Studio: lms get ${name}.`,
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
    l10n.t`The model "${name}" is quantised for MLX (${String(config.quantization.bits)} bits), which is not read \
here.`,
    { file },
    l10n.t`Download it as GGUF.`,
  );
}

/**
 * Models that are a name for others (`model.yaml`, lmstudio.ai/docs/app/modelyaml), with settings and a choice of
 * files that are not applied here, so that they cannot stand for the files by themselves.
 */
async function virtualModels(entries: readonly Entry[]): Promise<readonly StoredModel[]> {
  const found = await Promise.all(
    lmStudioHubs().map(async (root) =>
      (await filesBelow(root, (name) => name === 'model.yaml')).map((path) => ({ file: join(root, path), path })),
    ),
  );
  const taken = new Set(entries.map(({ model }) => model.toLowerCase()));
  return Promise.all(
    found
      .flat()
      .map(({ file, path }) => ({ file, name: path.split('/').slice(0, -1).join('/') }))
      .filter(({ name }) => !taken.has(name.toLowerCase()) && taken.add(name.toLowerCase()))
      .map(async ({ file, name }): Promise<StoredModel> => {
        const written = await readFile(file, 'utf8').catch(() => '');
        const failure = virtualFailure(name, { file, bases: basesOf(written), entries });
        return { id: `lmstudio:${name}`, store: 'lmstudio', file, kind: 'gguf', bytes: 0, failure };
      }),
  );
}

/** PUBLISHER/MODEL of what a virtual model is made of; none where the file does not say so as is known. */
function basesOf(written: string): readonly string[] {
  const value: unknown = parseDocument(written, { logLevel: 'silent' }).toJS();
  const base = isObject(value) ? value.base : undefined;
  if (isText(base)) return [base];
  return (Array.isArray(base) ? (base as readonly unknown[]) : []).flatMap((one) => {
    if (!isObject(one)) return [];
    const sources = (Array.isArray(one.sources) ? (one.sources as readonly unknown[]) : []).filter(isObject);
    const repositories = sources.flatMap(({ user, repo }) => (isText(user) && isText(repo) ? [`${user}/${repo}`] : []));
    return [...(isText(one.key) ? [one.key] : []), ...repositories];
  });
}

function virtualFailure(
  name: string,
  {
    file,
    bases,
    entries,
  }: { readonly file: string; readonly bases: readonly string[]; readonly entries: readonly Entry[] },
): Failure {
  const wanted = new Set(bases.map((base) => base.toLowerCase()));
  const here = entries.filter(({ model }) => wanted.has(model.toLowerCase()));
  const names = enumerated(here.map((entry) => `lmstudio:${nameOf(entry, entries)}`));
  return new Failure(
    'model-missing',
    wanted.size > 0
      ? l10n.t`"${name}" is a virtual model of LM Studio, a name with settings for files of ${enumerated([...wanted])}.`
      : l10n.t`"${name}" is a virtual model of LM Studio, a name with settings for files.`,
    { file },
    here.length > 0
      ? l10n.t`Name the files themselves: ${names}.`
      : l10n.t`Its files are not here: lms get ${name} downloads them.`,
  );
}
