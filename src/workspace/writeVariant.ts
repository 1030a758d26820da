import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../files/atomicFile';
import { templateName } from '../template/read/templateName';

/**
 * Writes a variant of a template beside it: `triage.prompt` and `text2` make `triage.text2.prompt`, a variant
 * `triage.short.prompt` makes `triage.short-text2.prompt`. A file that has the text already is that variant; one of the
 * same name with another text stays, and the variant gets a number behind its name.
 * @returns absolute path of the variant
 * @throws the system's error where it cannot be written
 */
export async function writeVariant(template: string, name: string, text: string): Promise<string> {
  const [family, ...own] = templateName(template).split('.');
  const stem = [family, [...own, name].join('-')].join('.');
  for (let number = 1; ; number++) {
    const path = join(dirname(template), `${number === 1 ? stem : `${stem}-${number}`}.prompt`);
    const there = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (there === undefined) await writeAtomically(path, text);
    if (there === undefined || there === text) return path;
  }
}
