import * as l10n from '@vscode/l10n';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../failure';
import { mediaFolder } from '../mediaFolder';

/** The folder that holds the examples' copy, with a number where there is one already. */
const copyName = 'prompt-tuner-examples';
const mostCopies = 100;

/**
 * Copies the examples that come with Prompt Tuner into a folder of their own, without what somebody has run on them.
 * @param folder that the new folder is made in
 * @returns its path
 * @throws Failure "file-exists"; the system's error where nothing can be written
 */
export async function copyExamples(folder: string): Promise<string> {
  for (let n = 1; n <= mostCopies; n++) {
    const path = join(folder, n === 1 ? copyName : `${copyName}-${n}`);
    try {
      await mkdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    await cp(join(mediaFolder, 'examples'), path, {
      recursive: true,
      filter: (source) => basename(source) !== '.prompt-tuner',
    });
    return path;
  }
  throw new Failure(
    'file-exists',
    l10n.t`There are ${mostCopies} copies of the examples already.`,
    { file: folder },
    l10n.t`Choose another folder.`,
  );
}
