import * as l10n from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asFailure } from '../../classifyError';
import { ollamaFolders } from './storeFolders';
import { manifestBytes, readExtras, readManifest, requireGgufBlob, type OllamaExtras } from './ollamaManifest';
import {
  formatOllamaName,
  isOllamaName,
  manifestPath,
  readOllamaName,
  sameOllamaName,
  type OllamaName,
} from './ollamaName';
import { byName, type ModelStore, type StoredModel } from './storedModel';
import { isThere } from '../../files/isThere';

/** A manifest in a store. */
interface Found {
  readonly store: string;
  readonly name: OllamaName;
}

export const ollama: ModelStore = {
  name: 'ollama',
  title: 'Ollama',
  folders: () => ollamaFolders(),
  async list() {
    return (await Promise.all((await allManifests()).map(toModel))).sort(byName);
  },
  async find(written) {
    const found = await findManifest(written);
    return found && toModel(found);
  },
  remedy: (name) => l10n.t`Fetch it: ollama pull ${name}.`,
};

/** What Ollama adds to a model; undefined where the model is not there. @throws Failure as reading its manifest does */
export async function ollamaExtras(written: string): Promise<OllamaExtras | undefined> {
  const found = await findManifest(written);
  return found && readExtras(await readManifest(found.store, fileOf(found)));
}

async function findManifest(written: string): Promise<Found | undefined> {
  const name = readOllamaName(written);
  for (const store of ollamaFolders()) {
    const there = await isThere(fileOf({ store, name }));
    if (there) return { store, name };
  }
  return (await allManifests()).find((found) => sameOllamaName(found.name, name));
}

const fileOf = ({ store, name }: Found): string => join(store, 'manifests', ...manifestPath(name));

/** Every manifest of every store, a name of an earlier store first; folders that cannot be read hold none. */
async function allManifests(): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const store of ollamaFolders()) {
    const paths = await filesBelow(join(store, 'manifests'), 4);
    for (const [host, namespace, model, tag] of paths as readonly (readonly [string, string, string, string])[]) {
      const name = { host, namespace, model, tag };
      if (isOllamaName(name) && !found.some((other) => sameOllamaName(other.name, name))) found.push({ store, name });
    }
  }
  return found;
}

/** Paths of exactly so many parts; links are followed, as Ollama does. */
async function filesBelow(folder: string, parts: number): Promise<readonly (readonly string[])[]> {
  const names = await readdir(folder).catch(() => []);
  if (parts === 1) return names.map((name) => [name]);
  const below = await Promise.all(
    names.map(async (name) => (await filesBelow(join(folder, name), parts - 1)).map((rest) => [name, ...rest])),
  );
  return below.flat();
}

async function toModel({ store, name }: Found): Promise<StoredModel> {
  const shown = formatOllamaName(name);
  const file = fileOf({ store, name });
  const common = { id: `ollama:${shown}`, store: 'ollama', kind: 'gguf' } as const;
  let bytes = 0;
  try {
    const manifest = await readManifest(store, file);
    bytes = manifestBytes(manifest);
    return { ...common, bytes, file: await requireGgufBlob(manifest, shown) };
  } catch (error) {
    return { ...common, bytes, file, failure: asFailure(error) };
  }
}
