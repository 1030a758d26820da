import { readConfiguration } from '../model/configuration';
import { folderSize } from '../model/hub/cache';
import { listModels } from '../model/listModels';

/** A model that a template can name, as far as its folder tells without opening the graph. */
export interface ModelAtHand {
  readonly source: 'embedded' | 'hub' | 'folder';
  /** What a template writes after `model:`. */
  readonly id: string;
  readonly folder: string;
  readonly architecture: string;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly contextLength: number;
  /** Bytes of all its files. */
  readonly bytes: number;
  readonly licence: string | null;
}

/** The models at hand, and those in the folders given that are not among them. */
export async function modelsAtHand(folders: readonly string[]): Promise<readonly ModelAtHand[]> {
  const listed = await listModels();
  const others = folders.filter((folder) => !listed.some((model) => model.folder === folder));
  const found = await Promise.all([
    ...listed.map(async ({ source, id, folder, bytes, licence }) => withSizes({ source, id, folder, bytes, licence })),
    ...others.map(async (folder) => withSizes({ source: 'folder', id: folder, folder, bytes: await folderSize(folder), licence: null })),
  ]);
  return found.filter((model) => model !== undefined);
}

async function withSizes(model: Pick<ModelAtHand, 'source' | 'id' | 'folder' | 'bytes' | 'licence'>): Promise<ModelAtHand | undefined> {
  const configuration = await readConfiguration(model.folder).catch(() => undefined);
  if (!configuration) return undefined;
  const { architecture, layers, hiddenSize, contextLength } = configuration;
  return { ...model, architecture, layers, hiddenSize, contextLength };
}
