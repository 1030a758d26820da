import * as l10n from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import { Failure } from '../../failure';
import { enumerated } from '../../words/listed';
import { nearest } from '../../template/text/suggest';
import { llamaCpp } from './llamaCpp';
import { lmStudio } from './lmStudio';
import { ollama } from './ollama';
import type { ModelStore, StoredModel } from './storedModel';

/** The programs whose models are found, in the order in which they are shown. */
export const modelStores: readonly ModelStore[] = [ollama, lmStudio, llamaCpp];

/** The store that a model's name is of, and the name in it: `ollama:llama3.2:1b`; undefined for any other name. */
export function storeOf(reference: string): { readonly store: ModelStore; readonly name: string } | undefined {
  const store = modelStores.find(({ name }) => reference.startsWith(`${name}:`));
  return store && { store, name: reference.slice(store.name.length + 1) };
}

/** The models of all stores, each with why it cannot be opened as far as its store tells. */
export async function storedModels(): Promise<readonly StoredModel[]> {
  return (await Promise.all(modelStores.map((store) => store.list()))).flat();
}

/**
 * The model that a name of a store stands for.
 * @returns undefined where the name is of no store
 * @throws Failure "model-missing" where the store does not have it, with the nearest names that it has; the model's own
 * failure where it cannot be opened
 */
export async function requireStored(reference: string): Promise<StoredModel | undefined> {
  const named = storeOf(reference);
  if (!named) return undefined;
  const found = await named.store.find(named.name);
  if (!found) throw await missingModel(named.store, named.name);
  if (found.failure) throw found.failure;
  return found;
}

/** Names offered where one is missing. */
const mostNear = 3;

async function missingModel(store: ModelStore, name: string): Promise<Failure> {
  const { title } = store;
  const barred = await unreadableFolders(store);
  if (barred.length > 0)
    return new Failure(
      'model-missing',
      l10n.t`The model "${name}" was not found; ${title} keeps models in ${barred[0]!.folder}, which cannot be read \
(${barred[0]!.reason}).`,
      {},
      l10n.t`Let your user read the folder, or give the path of a GGUF file.`,
    );
  const there = (await store.list()).map(({ id }) => id);
  if (there.length === 0)
    return new Failure(
      'model-missing',
      l10n.t`${title} keeps no models on this machine (looked in ${enumerated(store.folders())}).`,
      {},
      store.remedy(name),
    );
  const near = nearNames(`${store.name}:${name}`, there);
  return new Failure(
    'model-missing',
    near.length > 0
      ? l10n.t`${title} has no model "${name}"; it has ${enumerated(near)}.`
      : l10n.t`${title} has no model "${name}".`,
    {},
    store.remedy(name),
  );
}

/** The name nearest to a misspelt one, and those of the same model in other sizes or quantisations. */
function nearNames(written: string, there: readonly string[]): readonly string[] {
  const family = (id: string): string => id.toLowerCase().split(/[:/]/).filter(Boolean)[1] ?? '';
  const [best, related] = [nearest(written, there), there.filter((id) => family(id) === family(written))];
  return [...new Set([...(best === undefined ? [] : [best]), ...related])].slice(0, mostNear);
}

/** Folders of a store that are there and may not be read. */
export async function unreadableFolders(
  store: ModelStore,
): Promise<readonly { readonly folder: string; readonly reason: string }[]> {
  const looked = await Promise.all(
    store.folders().map((folder) =>
      readdir(folder).then(
        () => [],
        ({ code }: NodeJS.ErrnoException) =>
          code === undefined || code === 'ENOENT' || code === 'ENOTDIR' ? [] : [{ folder, reason: code }],
      ),
    ),
  );
  return looked.flat();
}
