import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Failure } from '../failure';
import { makeFolder, writeAtomically } from '../files/atomicFile';
import type { NewFile } from '../template/import/imported';

/**
 * Writes files below a folder; what is there already is left as it is.
 * @param remedy what to do where one of them is there
 * @returns their absolute paths
 * @throws Failure "file-exists", before anything is written
 */
export async function writeNewFiles(
  folder: string,
  files: readonly NewFile[],
  remedy: string,
): Promise<readonly string[]> {
  const whole = files.map(({ path, text }) => ({ path: resolve(folder, path), text }));
  const there = whole.find(({ path }) => existsSync(path));
  if (there)
    throw new Failure(
      'file-exists',
      `"${basename(there.path)}" is there already, and is left as it is.`,
      { file: there.path },
      remedy,
    );
  for (const { path, text } of whole) {
    await makeFolder(dirname(path));
    await writeAtomically(path, text);
  }
  return whole.map(({ path }) => path);
}
