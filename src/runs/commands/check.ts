import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readColumns } from '../../data/readColumns';
import { Failure } from '../../failure';
import { openModel, type LanguageModel } from '../../model/openModel';
import { checkTemplate } from '../../template/check';
import type { Finding } from '../../template/finding';
import { partialReader, readTemplate, type PromptTemplate } from '../../template/template';

export type FileFinding = Finding & { readonly file: string };

/**
 * What is wrong with templates, as far as the files, their data and their model tell.
 * @throws Failure "template-missing" when a file cannot be read; everything else is a finding
 */
export async function checkFiles(files: readonly string[]): Promise<readonly FileFinding[]> {
  const found = await Promise.all(files.map((file) => checkFile(file, { withModel: true })));
  return found.flat();
}

/** What deserves a word before templates are put to work: a misspelt setting, for one, is left out. Errors stop the work itself. */
export async function warningsOf(files: readonly string[]): Promise<readonly FileFinding[]> {
  const found = await Promise.all(files.map((file) => checkFile(file, { withModel: false })));
  return found.flat().filter(({ severity }) => severity === 'warning');
}

async function checkFile(file: string, { withModel }: { readonly withModel: boolean }): Promise<readonly FileFinding[]> {
  const path = resolve(file);
  const folder = dirname(path);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Failure('template-missing', 'The template cannot be read.', { file }, 'Check the path.');
  });
  const readPartial = partialReader(path);
  const { template } = readTemplate(text, path, readPartial);
  const columns = template && await columnsOf(template, folder);
  const model = template && withModel ? await modelOf(template, folder) : undefined;
  const findings = checkTemplate(text, path, {
    readPartial,
    fileExists: (written) => existsSync(resolve(folder, written)),
    columns,
    encoder: model?.tokenizer,
    contextLength: model?.configuration.contextLength,
  });
  return findings.map((finding) => ({ file, ...finding }));
}

/** One line a finding, as compilers write them. */
export function formatFindings(findings: readonly FileFinding[]): string {
  if (findings.length === 0) return 'Nothing is wrong.';
  return findings.map(({ file, code, severity, message, range }) => `${file}:${range.start.line + 1}:${range.start.column + 1}: ${severity}: ${message} [${code}]`).join('\n');
}

/** Columns of the first data file that can be read; a broken one is told of when it is used. */
async function columnsOf(template: PromptTemplate, folder: string): Promise<readonly string[] | undefined> {
  const { data } = template.written;
  const written = data?.train ?? data?.dev ?? data?.test;
  return written === undefined ? undefined : readColumns(resolve(folder, written)).catch(() => undefined);
}

async function modelOf(template: PromptTemplate, folder: string): Promise<LanguageModel | undefined> {
  return openModel(template.model, folder).catch(() => undefined);
}
