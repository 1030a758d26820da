import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { Failure } from '../../failure';
import { withoutByteOrderMark } from '../text/byteOrderMark';
import { partialReader } from './partials';
import { requireTemplate } from './template';
import type { PromptTemplate } from './template';

/**
 * Reads a prompt file from disk; partials are `_name.prompt` files beside it.
 * @throws Failure `template-missing` when the file cannot be read, or the first error in it with file, line and column.
 */
export async function loadTemplate(path: string): Promise<PromptTemplate> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Failure(
      'template-missing',
      l10n.t`The prompt file cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      { file: path },
      l10n.t`Check the path.`,
    );
  });
  return requireTemplate(withoutByteOrderMark(text), path, partialReader(path));
}
