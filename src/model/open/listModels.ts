import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { asFailure } from '../../classifyError';
import { bytes as formatBytes } from '../../formatNumbers';
import { fromHome } from '../../files/homePath';
import { parseDocument } from 'yaml';
import { isText, type Guard } from '../../channel/guards';
import { makeFolder } from '../../files/atomicFile';
import { readJson, writeJson } from '../../files/jsonFile';
import { readConfiguration, type LanguageModelKind, type ModelConfiguration } from '../configuration';
import { openSafetensors } from '../weights/openSafetensors';
import { sketchModel } from './sketchModel';
import { summariseGguf, type GgufSummary } from './summariseGguf';
import { findInHubCache, folderSize, modelsInHubCache } from '../hub/cache';
import { embeddedDefault, embeddedModels, findModelFiles } from './modelFiles';
import { readModelRecords } from './modelRecords';
import { modelBytes } from '../stores/modelFolder';
import type { StoredModel, StoreName } from '../stores/storedModel';
import { modelStores, storedModels } from '../stores/stores';

/** A model on this machine, as far as it shows without opening its graph. */
export interface ModelSummary {
  /** What to write as `model` in a template. */
  readonly id: string;
  readonly source: 'embedded' | 'hub' | 'folder' | StoreName;
  readonly folder: string;
  /** The GGUF file that it is, or is opened from; null for a folder of other files. */
  readonly file: string | null;
  /** Null where its files do not even say that. */
  readonly architecture: string | null;
  /** Null, as its sizes, where the model cannot be opened. */
  readonly kind: LanguageModelKind | null;
  readonly layers: number | null;
  readonly hiddenSize: number | null;
  readonly contextLength: number | null;
  /** How the weights of a GGUF file are stored: `Q4_K_M`, `F16` …; null for others. */
  readonly quantisation: string | null;
  /** Bytes of all its files. */
  readonly bytes: number;
  /** As the model's card or file says; null where they say none. */
  readonly licence: string | null;
  /** Why it cannot be opened, as far as its files show without being opened. */
  readonly problem?: string;
}

interface Place {
  readonly folder: string;
  /** A GGUF file, which holds all that its folder would say. */
  readonly file?: string;
}

/**
 * The models at hand: embedded, in the hub's cache, in the stores of Ollama, LM Studio and llama.cpp, folders and
 * files that were added, and those that templates name. What has no readable config.json or GGUF file is left out; of a
 * store, it is listed with the reason.
 * @param named absolute paths of folders and files, a `#variant` behind them or not
 */
export async function listModels(named: readonly string[] = []): Promise<readonly ModelSummary[]> {
  const [embedded, hub, stored, paths] = await Promise.all([
    embeddedFolders(),
    hubFolders(),
    storedModels(),
    addedPaths(),
  ]);
  const found = await Promise.all([
    ...embedded.map((folder) =>
      summarise(basename(folder) === embeddedDefault ? 'builtin' : folder, 'embedded', { folder }),
    ),
    ...hub.map(({ id, folder }) => summarise(id, 'hub', { folder })),
    ...stored.map(summariseStored),
    ...paths.map(async (path) =>
      summarise(path, 'folder', isGguf(path) ? { folder: dirname(path), file: path } : { folder: path }),
    ),
    ...named.map(async (reference) => {
      const found = await findModelFiles(reference, dirname(reference)).catch(() => undefined);
      if (!found) return undefined;
      return found.kind === 'gguf' && isGguf(reference)
        ? summarise(found.file, 'folder', found)
        : summarise(found.folder, 'folder', { folder: found.folder });
    }),
  ]);
  const seen = new Set<string>();
  return found.filter((summary): summary is ModelSummary => {
    const path = summary && pathOf(summary);
    return path !== undefined && !seen.has(path) && seen.add(path) !== undefined;
  });
}

const isGguf = (path: string): boolean => /\.gguf$/i.test(path);

/** What makes two entries one model; names of a store are its own, though two of them may share their weights. */
function pathOf({ id, source, folder }: ModelSummary): string {
  return isStored(source) || isGguf(id) ? id : folder;
}

const isStored = (source: ModelSummary['source']): source is StoreName =>
  modelStores.some(({ name }) => name === source);

async function summarise(
  id: string,
  source: ModelSummary['source'],
  { folder, file }: Place,
): Promise<ModelSummary | undefined> {
  const found = await (
    file
      ? openableGguf(file)
      : readConfiguration(folder)
          .then((configuration): Opened => ({ configuration }))
          .catch(() => findModelFiles(folder, folder).then(({ file: gguf }) => openableGguf(gguf)))
  ).catch(() => undefined);
  if (!found) return undefined;
  const [size, licence] = await Promise.all([file ? modelBytes(file) : folderSize(folder), licenceIn(folder)]);
  const { gguf, configuration } = found;
  return {
    id,
    source,
    folder,
    file: gguf?.file ?? null,
    ...sizesOf(configuration),
    quantisation: gguf?.quantisation ?? null,
    bytes: size,
    licence: licence ?? gguf?.licence ?? null,
  };
}

interface Opened {
  readonly configuration: ModelConfiguration;
  readonly gguf?: GgufSummary & { readonly file: string };
}

async function openableGguf(file: string): Promise<Opened> {
  const gguf = await summariseGguf(file);
  if (gguf.failure) throw gguf.failure;
  return { configuration: gguf.configuration!, gguf: { ...gguf, file } };
}

const sizesOf = ({ architecture, kind, layers, hiddenSize, contextLength }: ModelConfiguration) => ({
  architecture,
  kind,
  layers,
  hiddenSize,
  contextLength,
});
const noSizes = { architecture: null, kind: null, layers: null, hiddenSize: null, contextLength: null };

async function summariseStored({ id, store, file, kind, bytes, failure }: StoredModel): Promise<ModelSummary> {
  const common = { id, source: store, folder: dirname(file), bytes };
  if (failure)
    return { ...common, ...noSizes, file: null, quantisation: null, licence: null, problem: failure.message };
  if (kind === 'safetensors') return { ...common, ...(await summariseCheckpoint(file)) };
  const gguf = await summariseGguf(file);
  return {
    ...common,
    ...(gguf.configuration ? sizesOf(gguf.configuration) : noSizes),
    architecture: gguf.configuration?.architecture ?? gguf.architecture,
    file,
    quantisation: gguf.quantisation,
    licence: gguf.licence,
    ...(gguf.failure && { problem: gguf.failure.message }),
  };
}

async function summariseCheckpoint(file: string): Promise<Omit<ModelSummary, 'id' | 'source' | 'folder' | 'bytes'>> {
  const rest = { file: null, quantisation: null, licence: await licenceIn(dirname(file)) };
  try {
    const folder = dirname(file);
    const { configuration } = await readModelRecords({ folder, file, kind: 'safetensors' });
    sketchModel(await openSafetensors(folder, file));
    return { ...rest, ...sizesOf(configuration) };
  } catch (error) {
    return { ...rest, ...noSizes, problem: asFailure(error).message };
  }
}

/** Whose a model is, its size and how it is stored: `Ollama · 1.32 GB · Q8_0`. */
export function describeStored({ source, bytes: size, quantisation }: ModelSummary): string {
  const place = modelStores.find(({ name }) => name === source)?.title ?? 'on this machine';
  return [place, formatBytes(size), quantisation].filter((part) => part !== null).join(' · ');
}

async function embeddedFolders(): Promise<readonly string[]> {
  const names = await readdir(embeddedModels).catch(() => []);
  return names.map((name) => join(embeddedModels, name));
}

async function hubFolders(): Promise<readonly { readonly id: string; readonly folder: string }[]> {
  const ids = await modelsInHubCache();
  return Promise.all(ids.map(async (id) => ({ id, folder: (await findInHubCache({ id, revision: 'main' }))! })));
}

/** The licence in the head of a model's card. */
export async function licenceIn(folder: string): Promise<string | null> {
  const card = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const head = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1];
  const licence =
    head === undefined ? undefined : (parseDocument(head).toJS() as { license?: unknown } | null)?.license;
  return typeof licence === 'string' ? licence : null;
}

/** Where folders and files that were added are noted; `PROMPT_TUNER_HOME` moves it. */
const register = (): string =>
  join(fromHome(process.env.PROMPT_TUNER_HOME ?? join(homedir(), '.prompt-tuner')), 'models.json');

async function addedPaths(): Promise<readonly string[]> {
  return ((await readJson(register(), isList)) ?? []).filter(isText);
}

const isList: Guard<readonly unknown[]> = (value): value is readonly unknown[] => Array.isArray(value);

/** Notes the folder of a model, or its GGUF file, so that it is listed. */
export async function rememberModel(path: string): Promise<void> {
  const known = await addedPaths();
  if (known.includes(path)) return;
  const file = register();
  await makeFolder(dirname(file));
  await writeJson(file, [...known, path]);
}
