import * as l10n from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isText, object } from '../../channel/guards';
import { asFailure } from '../../classifyError';
import { Failure } from '../../failure';
import { readJson } from '../../files/jsonFile';
import { findInHubCache, hubCache, modelsInHubCache } from '../hub/cache';
import { filesBelow, isModelName, modelBytes, variantOfName } from './modelFolder';
import { llamaCppFolder, llamaCppHubCaches } from './storeFolders';
import { byName, type ModelStore, type StoredModel } from './storedModel';

/** A file of llama.cpp's cache with the name that `-hf` knows it by, or its own. */
interface Entry {
  readonly name: string;
  readonly file: string;
  readonly failure?: Failure;
}

export const llamaCpp: ModelStore = {
  name: 'llama.cpp',
  title: 'llama.cpp',
  folders: () => [llamaCppFolder()],
  async list() {
    return (await Promise.all((await ownEntries()).map(toModel))).sort(byName);
  },
  async find(written) {
    const name = written.toLowerCase();
    const own = (await ownEntries()).find((entry) => entry.name.toLowerCase() === name);
    const found = own ?? (await findManifested(written)) ?? (await findInHub(written));
    return found && toModel(found);
  },
  remedy: (name) => l10n.t`Fetch it: llama-cli -hf ${name}.`,
};

async function toModel({ name, file, failure }: Entry): Promise<StoredModel> {
  return {
    id: `llama.cpp:${name}`,
    store: 'llama.cpp',
    kind: 'gguf',
    file,
    bytes: await modelBytes(file),
    ...(failure && { failure }),
  };
}

/** Files by the manifests that name them, then those that none names, then those of a cache in the hub's layout. */
async function ownEntries(): Promise<readonly Entry[]> {
  const folder = llamaCppFolder();
  const names = await readdir(folder).catch(() => []);
  const manifested = await manifestedEntries(folder, names);
  const seen = new Set<string>();
  // The quantisation that a model comes in by default is known by its own name as well.
  const byTag = [...manifested].sort((a, b) => Number(isDefault(a.name)) - Number(isDefault(b.name)));
  const once = byTag.filter(({ file }) => !seen.has(file) && seen.add(file) !== undefined);
  const others = names
    .filter((name) => isModelName(name) && !seen.has(join(folder, name)))
    .map((name): Entry => ({ name, file: join(folder, name) }));
  return [...once, ...others, ...(await hubEntries())];
}

const isDefault = (name: string): boolean => !name.includes(':');

const isManifest = object({ ggufFile: object({ rfilename: isText }) });

/** `manifest=USER=MODEL=TAG.json` says which file of the repository a tag is; it lies here as USER_MODEL_FILE. */
async function manifestedEntries(folder: string, names: readonly string[]): Promise<readonly Entry[]> {
  const found = names.flatMap((file) => {
    const [, user, model, tag] = /^manifest=([^=]+)=([^=]+)=([^=]+)\.json$/.exec(file) ?? [];
    return user && model && tag ? [{ file: join(folder, file), user, model, tag }] : [];
  });
  return Promise.all(
    found.map(async ({ file, user, model, tag }): Promise<Entry> => {
      const name = `${user}/${model}${tag === 'latest' ? '' : `:${tag}`}`;
      try {
        const { ggufFile } = await readJson(file, isManifest, {
          missing: (reason) => brokenManifest(file, l10n.t`cannot be read (${reason})`),
          damaged: () => brokenManifest(file, l10n.t`names no GGUF file`),
        });
        const held = `${user}_${model}_${ggufFile.rfilename}`.replaceAll(/[\\/]/g, '_');
        return { name, file: join(folder, held), ...(!names.includes(held) && { failure: goneFrom(folder, held) }) };
      } catch (error) {
        return { name, file, failure: asFailure(error) };
      }
    }),
  );
}

const brokenManifest = (file: string, why: string): Failure =>
  new Failure('model-configuration', l10n.t`llama.cpp's manifest ${why}.`, { file }, l10n.t`Fetch the model again.`);

const goneFrom = (folder: string, held: string): Failure =>
  new Failure(
    'model-missing',
    l10n.t`${held} is not in llama.cpp's cache any more.`,
    { file: join(folder, held) },
    l10n.t`Fetch the model again.`,
  );

/** The file that a manifest names, by a tag that another one of the same file hides from the list. */
async function findManifested(written: string): Promise<Entry | undefined> {
  const folder = llamaCppFolder();
  const entries = await manifestedEntries(folder, await readdir(folder).catch(() => []));
  const name = written.toLowerCase().replace(/:latest$/, '');
  return entries.find((entry) => entry.name.toLowerCase() === name);
}

/** Models of a cache of llama.cpp's own in the hub's layout; those of the hub's cache are listed as the hub's. */
async function hubEntries(): Promise<readonly Entry[]> {
  const caches = llamaCppHubCaches().filter((cache) => cache !== hubCache());
  const found = await Promise.all(
    caches.map(async (cache) => {
      const ids = await modelsInHubCache(cache);
      return Promise.all(
        ids.map(async (id) =>
          (await snapshotFiles(id, cache)).map(({ path, file }): Entry => ({
            name: `${id}:${variantOfName(basename(path)).toUpperCase()}`,
            file,
          })),
        ),
      );
    }),
  );
  return found.flat(2);
}

async function snapshotFiles(
  id: string,
  cache: string,
): Promise<readonly { readonly path: string; readonly file: string }[]> {
  const folder = await findInHubCache({ id, revision: 'main' }, cache);
  if (folder === undefined) return [];
  return (await filesBelow(folder, isModelName)).map((path) => ({ path, file: join(folder, ...path.split('/')) }));
}

/** Without a tag, these are looked for first, as llama.cpp does (find_best_model). */
const usualTags = ['q4_k_m', 'q8_0'];

/** USER/MODEL[:TAG] in the caches in the hub's layout: a file whose name holds the tag before a dot or a dash. */
async function findInHub(written: string): Promise<Entry | undefined> {
  const [, id, tag] = /^([\w.-]+\/[\w.-]+?)(?::([\w.-]+))?$/.exec(written) ?? [];
  if (id === undefined || id.split('/').some((part) => /^\.+$/.test(part))) return undefined;
  for (const cache of llamaCppHubCaches()) {
    const files = await snapshotFiles(id, cache);
    const holding = (each: string) => files.find(({ path }) => new RegExp(`${escaped(each)}[.-]`, 'i').test(path));
    const found = tag === undefined ? (usualTags.map(holding).find(Boolean) ?? files[0]) : holding(tag);
    if (found) return { name: written, file: found.file };
  }
  return undefined;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
