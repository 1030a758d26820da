import * as l10n from '@vscode/l10n';
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { Failure } from '../failure';

/** How the small file begins that Git leaves in a large one's place where Git LFS is not set up. */
const pointer = 'version https://git-lfs.github.com/spec/';

/**
 * What to say of a model file that cannot be read: that it is cut off, or that it is not the file at all but Git LFS's
 * note of where it is.
 * @param format such as "ONNX model", for the message
 */
export const damagedFile = (file: string, format: string): Failure =>
  lfsPointer(file) ??
  new Failure(
    'model-truncated',
    l10n.t`The file is not a complete ${format}.`,
    { file },
    l10n.t`It is probably cut off: download or copy it again.`,
  );

/** What to say of a file that holds Git LFS's note in its place; undefined for any other. */
export const lfsPointer = (file: string): Failure | undefined =>
  isLfsPointer(file)
    ? new Failure(
        'model-truncated',
        l10n.t`${basename(file)} is a Git LFS pointer: a note of where the file is, not the file.`,
        { file },
        l10n.t`Run \`git lfs pull\` in the repository, or add the model with \`prompt-tuner models add\`.`,
      )
    : undefined;

function isLfsPointer(file: string): boolean {
  try {
    const handle = openSync(file, 'r');
    try {
      const start = Buffer.alloc(pointer.length);
      return readSync(handle, start, 0, start.length, 0) === start.length && start.toString('latin1') === pointer;
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}
