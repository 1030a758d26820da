import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../model/configuration';
import { listModels } from '../model/openModel';

/** A model that a template can name, as far as its folder tells without opening the graph. */
export interface ModelAtHand {
  readonly source: 'embedded' | 'cache' | 'folder';
  /** What a template writes after `model:`. */
  readonly id: string;
  readonly folder: string;
  readonly architecture: string;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly contextLength: number;
  /** Bytes of the graph with its weights. */
  readonly bytes: number;
}

/** The embedded models, those in the hub's cache that have an ONNX graph, and those in the folders given. */
export async function modelsAtHand(folders: readonly string[]): Promise<readonly ModelAtHand[]> {
  const embedded = await listModels();
  const found = await Promise.all([
    ...embedded.map(({ id, folder }) => modelIn(folder, 'embedded', id)),
    ...(await cachedModels()).map(({ id, folder }) => modelIn(folder, 'cache', id)),
    ...folders.map((folder) => modelIn(folder, 'folder', folder)),
  ]);
  return found.filter((model) => model !== undefined);
}

async function modelIn(folder: string, source: ModelAtHand['source'], id: string): Promise<ModelAtHand | undefined> {
  const bytes = await graphBytes(folder);
  const configuration = bytes === 0 ? undefined : await readConfiguration(folder).catch(() => undefined);
  if (!configuration) return undefined;
  const { architecture, layers, hiddenSize, contextLength } = configuration;
  return { source, id, folder, architecture, layers, hiddenSize, contextLength, bytes };
}

/** Bytes of `model.onnx` and of the data files beside it; 0 where there is no graph. */
async function graphBytes(folder: string): Promise<number> {
  for (const place of [join(folder, 'onnx'), folder]) {
    const names: readonly string[] = await readdir(place).catch(() => []);
    if (!names.includes('model.onnx')) continue;
    const sizes = await Promise.all(names.filter((name) => name.startsWith('model.onnx')).map(async (name) => (await stat(join(place, name)).catch(() => undefined))?.size ?? 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
  return 0;
}

/** Newest snapshot of each model in the cache that `huggingface_hub` keeps. */
async function cachedModels(): Promise<readonly { readonly id: string; readonly folder: string }[]> {
  const cache = process.env.HF_HUB_CACHE ?? join(process.env.HF_HOME ?? join(homedir(), '.cache', 'huggingface'), 'hub');
  const names = (await readdir(cache).catch(() => [])).filter((name) => name.startsWith('models--'));
  const models = await Promise.all(names.map(async (name) => {
    const snapshots = join(cache, name, 'snapshots');
    const dated = await Promise.all((await readdir(snapshots).catch(() => [])).map(async (each) => {
      const folder = join(snapshots, each);
      return { folder, time: (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0 };
    }));
    const newest = dated.sort((a, b) => b.time - a.time)[0];
    return newest && { id: name.slice('models--'.length).replace('--', '/'), folder: newest.folder };
  }));
  return models.filter((model) => model !== undefined);
}
