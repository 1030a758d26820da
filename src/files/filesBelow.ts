import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that are looked into at most: a person does not wait for more, and what is there only once is not known. */
const mostFolders = 5000;

/**
 * The files in a folder and below it, but for those in hidden folders and in node_modules; folders that cannot be read
 * count as empty.
 * @returns undefined where there are too many folders to look at
 */
export async function filesBelow(root: string): Promise<readonly string[] | undefined> {
  const files: string[] = [];
  const folders = [root];
  for (let next = 0; next < folders.length; next++) {
    if (next >= mostFolders) return undefined;
    const folder = folders[next]!;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name)) folders.push(path);
      if (entry.isFile()) files.push(path);
    }
  }
  return files;
}
