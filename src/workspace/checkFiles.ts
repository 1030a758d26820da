import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../failure';
import { checkTemplate } from '../template/check/check';
import { withoutByteOrderMark } from '../template/text/byteOrderMark';
import type { Format } from '../template/settings/settings';
import type { Finding } from '../template/text/finding';
import { readTemplateContext, type ContextRequest } from './readTemplateContext';

export type FileFinding = Finding & { readonly file: string };

/**
 * What is wrong with templates, as far as the files, their data and their model tell.
 * @param format form of the prompt, which outranks that of the templates
 * @throws Failure "template-missing" when a file cannot be read; everything else is a finding
 */
export async function checkFiles(files: readonly string[], format?: Format): Promise<readonly FileFinding[]> {
  const found = await Promise.all(files.map((file) => checkFile(file, { rows: true, tokens: true, format })));
  return found.flat();
}

/**
 * What deserves a word before templates are put to work: a misspelt setting, for one, is left out. Errors stop the
 * work itself.
 */
export async function warningsOf(files: readonly string[]): Promise<readonly FileFinding[]> {
  const found = await Promise.all(files.map((file) => checkFile(file, {})));
  // A model that is missing stops the work with a sentence of its own.
  return found.flat().filter(({ severity, code }) => severity === 'warning' && code !== 'model-unknown');
}

async function checkFile(file: string, wanted: ContextRequest): Promise<readonly FileFinding[]> {
  const path = resolve(file);
  const written = await readFile(path, 'utf8').catch(() => {
    throw new Failure('template-missing', l10n.t`The template cannot be read.`, { file }, l10n.t`Check the path.`);
  });
  const findings = await checkText(withoutByteOrderMark(written), path, wanted);
  return findings.map((finding) => ({ file, ...finding }));
}

/** What is wrong with the text of a template. @param path absolute */
export async function checkText(text: string, path: string, wanted: ContextRequest): Promise<readonly Finding[]> {
  return checkTemplate(text, path, await readTemplateContext(text, path, wanted));
}

/** One line a finding, as compilers write them. */
export function formatFindings(findings: readonly FileFinding[]): string {
  if (findings.length === 0) return l10n.t`Nothing is wrong.`;
  return findings
    .map(
      ({ file, code, severity, message, range }) =>
        `${file}:${range.start.line + 1}:${range.start.column + 1}: ${severity}: ${message} [${code}]`,
    )
    .join('\n');
}
