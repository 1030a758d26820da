import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fromHome } from '../../files/homePath';
import { parseDocument } from 'yaml';
import { isText, type Guard } from '../../channel/guards';
import { makeFolder } from '../../files/atomicFile';
import { readJson, writeJson } from '../../files/jsonFile';
import { readConfiguration, type LanguageModelKind, type ModelConfiguration } from '../configuration';
import { openGguf } from '../gguf/openGguf';
import { findInHubCache, folderSize, modelsInHubCache } from '../hub/cache';
import { embeddedDefault, embeddedModels, findModelFiles } from './modelFiles';
import { ggufRecords } from './modelRecords';

/** A model on this machine, as far as it shows without opening its graph. */
export interface ModelSummary {
  /** What to write as `model` in a template. */
  readonly id: string;
  readonly source: 'embedded' | 'hub' | 'folder';
  readonly folder: string;
  readonly architecture: string;
  readonly kind: LanguageModelKind;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly contextLength: number;
  /** Bytes of all its files. */
  readonly bytes: number;
  /** As the model's card says; null where it says none. */
  readonly licence: string | null;
}

interface Place {
  readonly folder: string;
  /** A GGUF file, which holds all that its folder would say. */
  readonly file?: string;
}

/**
 * The models at hand: embedded, in the hub's cache, folders and files that were added, and those that templates name.
 * What has no readable config.json or GGUF file is left out.
 * @param named absolute paths of folders and files, a `#variant` behind them or not
 */
export async function listModels(named: readonly string[] = []): Promise<readonly ModelSummary[]> {
  const [embedded, hub, paths] = await Promise.all([embeddedFolders(), hubFolders(), addedPaths()]);
  const found = await Promise.all([
    ...embedded.map((folder) =>
      summarise(basename(folder) === embeddedDefault ? 'builtin' : folder, 'embedded', { folder }),
    ),
    ...hub.map(({ id, folder }) => summarise(id, 'hub', { folder })),
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
    const path = summary && (isGguf(summary.id) ? summary.id : summary.folder);
    return path !== undefined && !seen.has(path) && seen.add(path) !== undefined;
  });
}

const isGguf = (path: string): boolean => /\.gguf$/i.test(path);

async function summarise(
  id: string,
  source: ModelSummary['source'],
  { folder, file }: Place,
): Promise<ModelSummary | undefined> {
  const configuration = await (
    file
      ? ggufConfiguration(file)
      : readConfiguration(folder).catch(() =>
          findModelFiles(folder, folder).then(({ file: gguf }) => ggufConfiguration(gguf)),
        )
  ).catch(() => undefined);
  if (!configuration) return undefined;
  const [bytes, licence] = await Promise.all([
    file ? stat(file).then(({ size }) => size) : folderSize(folder),
    licenceIn(folder),
  ]);
  const { architecture, kind, layers, hiddenSize, contextLength } = configuration;
  return { id, source, folder, architecture, kind, layers, hiddenSize, contextLength, bytes, licence };
}

async function ggufConfiguration(file: string): Promise<ModelConfiguration> {
  return (await ggufRecords(openGguf(file), { folder: dirname(file), file })).configuration;
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
