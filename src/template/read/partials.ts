import * as l10n from '@vscode/l10n';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { foldersUpwards, mayRead, outsideText } from '../../fileAccess';
import type { Draft } from '../text/finding';
import type { Span } from '../text/position';
import { withoutByteOrderMark } from '../text/byteOrderMark';

/**
 * The file of a partial: `_name.prompt`, or in a folder below for `folder/name`; it lies beside the template or in a
 * folder above it.
 */
export function partialFile(name: string): string {
  return name.replace(/[^/]*$/, (last) => `_${last}.prompt`);
}

/**
 * Path of the partial that a template includes by a name: in the template's folder, else in the nearest folder above
 * it that has one.
 * @returns undefined where there is none that templates may read
 */
export function findPartial(templatePath: string, name: string): string | undefined {
  return foldersUpwards(dirname(templatePath))
    .map((folder) => join(folder, partialFile(name)))
    .find((path) => mayRead(path) && existsSync(path));
}

/**
 * Returns a function that reads the partials of a template from disk; a file that does not exist, or that templates may
 * not read, is undefined.
 */
export function partialReader(templatePath: string): (name: string) => string | undefined {
  return (name) => {
    try {
      const path = findPartial(templatePath, name);
      return path === undefined ? undefined : withoutByteOrderMark(readFileSync(path, 'utf8'));
    } catch {
      return undefined;
    }
  };
}

/**
 * `partial-missing`, or `outside-workspace` for a partial that templates may not read.
 * @param call `span` is that of the name; from within another partial, no file is offered to be created
 */
export function missingPartial(
  name: string,
  { span, forbidden, inPartial }: { readonly span: Span; readonly forbidden: boolean; readonly inPartial: boolean },
): Draft {
  if (forbidden)
    return { code: 'outside-workspace', severity: 'error', span, message: outsideText(l10n.t`The partial "${name}"`) };
  const file = partialFile(name);
  const writable = !inPartial && /^[\p{L}\p{N}_./-]+$/u.test(name);
  return {
    code: 'partial-missing',
    severity: 'error',
    span,
    message: l10n.t`The partial "${name}" is not there; it is read from "${file}" beside the template, or in a \
folder above it.`,
    fixes: writable ? [{ title: l10n.t`Create ${file}`, edits: [], creates: [{ path: file, text: '' }] }] : [],
  };
}
