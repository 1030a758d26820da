import * as l10n from '@vscode/l10n';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { asFailure } from '../../classifyError';
import { bytes as formatBytes } from '../../words/formatNumbers';
import { fromHome } from '../../files/homePath';
import { parseDocument } from 'yaml';
import { isText, type Guard } from '../../channel/guards';
import { makeFolder } from '../../files/atomicFile';
import { readJson, writeJson } from '../../files/jsonFile';
import { readConfiguration, type LanguageModelKind, type ModelConfiguration } from '../configuration';
import { openSafetensors } from '../weights/openSafetensors';
import { sketchModel } from './sketchModel';
import { knownSummary, summariseGguf, type GgufSummary } from './summariseGguf';
import { findInHubCache, folderSize, modelsInHubCache } from '../hub/cache';
import { embeddedDefault, embeddedModels, findModelFiles } from './modelFiles';
import { readModelRecords } from './modelRecords';
import { isModelName, modelBytes, variantOfName } from '../stores/modelFolder';
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
 * files that were added, and those that templates name. A GGUF file that cannot be opened, and whatever else cannot of
 * a store, is listed with the reason; what has neither a readable config.json nor such a file is left out.
 * @param named absolute paths of folders and files, a `#variant` behind them or not
 */
export async function listModels(named: readonly string[] = []): Promise<readonly ModelSummary[]> {
  const [own, stored] = await Promise.all([
    modelsOfOurs(named),
    storedModels().then((models) => Promise.all(models.map(summariseStored))),
  ]);
  const added = own.findIndex(({ source }) => source === 'folder');
  return added < 0 ? [...own, ...stored] : [...own.slice(0, added), ...stored, ...own.slice(added)];
}

/** The models that are no other program's; those of folders come last. */
async function modelsOfOurs(named: readonly string[]): Promise<readonly ModelSummary[]> {
  const [embedded, hub, paths] = await Promise.all([embeddedFolders(), hubFolders(), addedPaths()]);
  const found = await Promise.all([
    ...embedded.map((folder) =>
      summarise(basename(folder) === embeddedDefault ? 'builtin' : folder, 'embedded', { folder }),
    ),
    ...hub.map((place) => summarise(place.id, 'hub', place)),
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

/** What makes two entries one model; each GGUF file is one for itself. */
const pathOf = ({ id, source, folder, file }: ModelSummary): string =>
  isGguf(id) || (source === 'hub' && file !== null) ? id : folder;

async function summarise(
  id: string,
  source: ModelSummary['source'],
  { folder, file }: Place,
): Promise<ModelSummary | undefined> {
  const found = await (
    file
      ? thereGguf(file)
      : readConfiguration(folder)
          .then((configuration): Opened => ({ configuration }))
          .catch(() => findModelFiles(folder, folder).then(({ file: gguf }) => thereGguf(gguf)))
  ).catch(() => undefined);
  if (!found) return undefined;
  const [size, licence] = await Promise.all([file ? modelBytes(file) : folderSize(folder), licenceIn(folder)]);
  const common = { id, source, folder, bytes: size };
  if ('gguf' in found) return { ...common, ...factsOf(found.gguf, found.file), licence: licence ?? found.gguf.licence };
  return { ...common, ...sizesOf(found.configuration), file: null, quantisation: null, licence };
}

type Opened = { readonly configuration: ModelConfiguration } | { readonly gguf: GgufSummary; readonly file: string };

/** @throws Failure where the file is not there, or no GGUF file at all */
async function thereGguf(file: string): Promise<Opened> {
  const gguf = await summariseGguf(file);
  if (gguf.failure && gguf.architecture === null) throw gguf.failure;
  return { gguf, file };
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
  return { ...common, ...factsOf(await summariseGguf(file), file) };
}

/** What the head of a GGUF file says, or why it cannot be opened. */
const factsOf = ({ configuration, architecture, quantisation, licence, failure }: GgufSummary, file: string) => ({
  ...(configuration ? sizesOf(configuration) : { ...noSizes, architecture }),
  file,
  quantisation,
  licence,
  ...(failure && { problem: failure.message }),
});

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

/** A model's name, and what is shown beside it: whose it is, its size and how it is stored. */
export interface NamedModel {
  readonly id: string;
  /** `Ollama · 1.32 GB · Q8_0`; without the last part while nobody has read the head of the file. */
  readonly details: string;
}

/**
 * The models that a template can name, quick enough for typing: of those in other programs' stores, of which there may
 * be hundreds, no file is opened.
 */
export async function nameModels(): Promise<readonly NamedModel[]> {
  const [own, stored] = await Promise.all([modelsOfOurs([]), storedModels()]);
  return [
    ...own
      .filter(({ problem }) => problem === undefined)
      .map(({ id, bytes, quantisation }) => ({ id, details: detailsOf(l10n.t`on this machine`, bytes, quantisation) })),
    ...stored
      .filter(({ failure }) => !failure)
      .map(({ id, store, file, bytes }) => {
        const known = knownSummary(file);
        return known?.failure ? undefined : { id, details: detailsOf(titleOf(store), bytes, known?.quantisation) };
      })
      .filter((named) => named !== undefined),
  ];
}

const titleOf = (store: StoreName): string => modelStores.find(({ name }) => name === store)!.title;

const detailsOf = (place: string, size: number, quantisation: string | null | undefined): string =>
  [place, formatBytes(size), ...(quantisation ? [quantisation] : [])].join(' · ');

async function embeddedFolders(): Promise<readonly string[]> {
  const names = await readdir(embeddedModels).catch(() => []);
  return names.map((name) => join(embeddedModels, name));
}

/** Repositories of the hub's cache; of one that holds several GGUF files and nothing else, each by its variant. */
async function hubFolders(): Promise<readonly (Place & { readonly id: string })[]> {
  const ids = await modelsInHubCache();
  const found = await Promise.all(
    ids.map(async (id): Promise<readonly (Place & { readonly id: string })[]> => {
      const folder = (await findInHubCache({ id, revision: 'main' }))!;
      const held: readonly string[] = await readdir(folder).catch(() => []);
      const packed = held.filter(isModelName).sort();
      if (packed.length < 2 || held.includes('config.json')) return [{ id, folder }];
      return packed.map((name) => ({ id: `${id}#${variantOfName(name)}`, folder, file: join(folder, name) }));
    }),
  );
  return found.flat();
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
