import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { partFiles, partOfName } from '../gguf/parts';
import { sizeOf } from '../hub/cache';

/** GGUF files that lie beside models and are none, by how llama.cpp's tools call them (gguf_filename_is_model). */
const companions = /mmproj|imatrix|(?:^|[-_.])(?:mtp|eagle3|dflash|dspark)-/i;

/** Whether a file's name is that of a model: of one in parts, that of its first. */
export function isModelName(name: string): boolean {
  return /\.gguf$/i.test(name) && !companions.test(name) && (partOfName(name)?.part ?? 1) === 1;
}

/** `q4_k_m` of `SmolLM2-135M.Q4_K_M.gguf`, of a model in parts too; the whole name where there is nothing before it. */
export function variantOfName(name: string): string {
  const stem = partOfName(name)?.stem ?? name.replace(/\.gguf$/i, '');
  return stem.split(/[.-]/).at(-1)!.toLowerCase();
}

/** Bytes of a model's file, or of all its parts that are there. */
export async function modelBytes(file: string): Promise<number> {
  const sizes = await Promise.all(partFiles(file).map(sizeOf));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

/** Folders that are looked into below each other: a publisher's, a model's, a quantisation's. */
const deepest = 4;

/**
 * Paths of files below a folder, with `/`, in order. Links are followed; folders that cannot be read hold none.
 * @param wanted by a file's name
 */
export async function filesBelow(
  folder: string,
  wanted: (name: string) => boolean,
  depth = 0,
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      if (entry.name.startsWith('.')) return [];
      const isFolder = entry.isSymbolicLink() ? await leadsToFolder(join(folder, entry.name)) : entry.isDirectory();
      if (!isFolder) return wanted(entry.name) ? [entry.name] : [];
      if (depth === deepest) return [];
      const below = await filesBelow(join(folder, entry.name), wanted, depth + 1);
      return below.map((path) => `${entry.name}/${path}`);
    }),
  );
  return found.flat().sort();
}

const leadsToFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
