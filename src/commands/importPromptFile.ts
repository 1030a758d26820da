import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Failure, withLocation } from '../failure';
import { importPromptFile } from '../template/import/promptFile/importPromptFile';
import { withoutByteOrderMark } from '../template/text/byteOrderMark';
import { writeNewFiles } from './writeNewFiles';

/** A template made of a prompt file. */
export interface ImportedPrompt {
  readonly template: string;
  /** A sentence for each thing that it has not. */
  readonly notCarried: readonly string[];
}

/** Whether a file is a prompt file of VS Code, by its name. */
export const isPromptFile = (file: string): boolean => /\.prompt\.md$/i.test(file);

/** Writes the template beside the prompt file. @throws Failure "template-missing", "import-format" or "file-exists" */
export async function importPrompt(file: string): Promise<ImportedPrompt> {
  const path = resolve(file);
  const written = await readFile(path, 'utf8').catch(() => {
    throw new Failure('template-missing', 'The prompt file cannot be read.', { file }, 'Check the path.');
  });
  const { files, notCarried } = made(written, path);
  const [template] = await writeNewFiles(dirname(path), files, 'Move it away first.');
  return { template: template!, notCarried };
}

function made(written: string, path: string) {
  try {
    return importPromptFile(withoutByteOrderMark(written), { name: basename(path).replace(/\.md$/i, '') });
  } catch (error) {
    throw withLocation(error, { file: path });
  }
}

export const formatImportedPrompt = ({ template, notCarried }: ImportedPrompt): string =>
  [template, ...notCarried.map((sentence) => `- ${sentence}`)].join('\n');
