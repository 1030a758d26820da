import * as l10n from '@vscode/l10n';
import { open, type FileHandle } from 'node:fs/promises';
import { Failure } from '../failure';
import { requireReadable } from '../fileAccess';
import { NamedFileFailure } from './fileNaming';

/** Who names a file: a template, which may be confined, or a person who has chosen it. */
export interface FileChoice {
  readonly chosen?: boolean;
}

/**
 * A data file, open for reading.
 * @throws Failure `data-missing` when there is none, or it cannot be read; `outside-workspace` where templates may not
 * read it.
 */
export async function openFile(path: string, { chosen = false }: FileChoice = {}): Promise<FileHandle> {
  if (!chosen) requireReadable(path, l10n.t`The data file`);
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw missing
      ? new NamedFileFailure(
          'data-missing',
          ({ before }) => ({
            message: l10n.t`The data file does not exist.`,
            remedy:
              before === undefined
                ? l10n.t`Correct its path, which counts from the template's folder.`
                : l10n.t`Correct its path.`,
          }),
          { file: path },
        )
      : new Failure(
          'data-missing',
          l10n.t`The data file cannot be opened (${String(code)}).`,
          { file: path },
          l10n.t`Check that you may read it.`,
        );
  }
  try {
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw new Failure('data-missing', l10n.t`The data path is not a file.`, { file: path }, l10n.t`Name one file.`);
}
