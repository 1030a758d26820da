import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { readConfiguration, type ModelConfiguration } from './configuration';
import { findInHubCache, folderSize, modelsInHubCache } from './hub/cache';
import { embeddedDefault, embeddedModels, findModelFiles } from './modelFiles';
import { readModelRecords } from './modelRecords';

/** A model on this machine, as far as it shows without opening its graph. */
export interface ModelSummary {
  /** What to write as `model` in a template. */
  readonly id: string;
  readonly source: 'embedded' | 'hub' | 'folder';
  readonly folder: string;
  readonly architecture: string;
  readonly contextLength: number;
  /** Bytes of all its files. */
  readonly bytes: number;
  /** As the model's card says; null where it says none. */
  readonly licence: string | null;
}

/** The models at hand: embedded, in the hub's cache, and the folders that were added. Folders without a readable config.json or GGUF file are left out. */
export async function listModels(): Promise<readonly ModelSummary[]> {
  const [embedded, hub, folders] = await Promise.all([embeddedFolders(), hubFolders(), addedFolders()]);
  const found = await Promise.all([
    ...embedded.map((folder) => summarise(basename(folder) === embeddedDefault ? 'builtin' : folder, 'embedded', folder)),
    ...hub.map(({ id, folder }) => summarise(id, 'hub', folder)),
    ...folders.map((folder) => summarise(folder, 'folder', folder)),
  ]);
  return found.filter((summary) => summary !== undefined);
}

async function summarise(id: string, source: ModelSummary['source'], folder: string): Promise<ModelSummary | undefined> {
  const configuration = await readConfiguration(folder).catch(() => ggufConfiguration(folder));
  if (!configuration) return undefined;
  const [bytes, licence] = await Promise.all([folderSize(folder), licenceIn(folder)]);
  return { id, source, folder, architecture: configuration.architecture, contextLength: configuration.contextLength, bytes, licence };
}

/** A folder with nothing but a GGUF file has its sizes in that. */
async function ggufConfiguration(folder: string): Promise<ModelConfiguration | undefined> {
  return findModelFiles(folder, folder).then(readModelRecords).then(({ configuration }) => configuration).catch(() => undefined);
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
  const licence = head === undefined ? undefined : (parseDocument(head).toJS() as { license?: unknown } | null)?.license;
  return typeof licence === 'string' ? licence : null;
}

/** Where folders that were added are noted; `PROMPT_TUNER_HOME` moves it. */
const register = (): string => join(process.env.PROMPT_TUNER_HOME ?? join(homedir(), '.prompt-tuner'), 'models.json');

async function addedFolders(): Promise<readonly string[]> {
  const text = await readFile(register(), 'utf8').catch(() => '[]');
  try {
    const folders: unknown = JSON.parse(text);
    return Array.isArray(folders) ? folders.filter((folder) => typeof folder === 'string') : [];
  } catch {
    return [];
  }
}

/** Notes a model's folder, so that it is listed. */
export async function rememberFolder(folder: string): Promise<void> {
  const known = await addedFolders();
  if (known.includes(folder)) return;
  const file = register();
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify([...known, folder], null, 2));
  await rename(temporary, file);
}
