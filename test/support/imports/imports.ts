import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { checkTemplate } from '../../../src/template/check/check';
import type { FilesAround } from '../../../src/template/import/importFiles';
import type { Imported } from '../../../src/template/import/imported';
import { readTemplate } from '../../../src/template/read/template';
import { renderText } from '../../../src/template/render/render';

const field = join(import.meta.dirname, '../../field');

/** A file of a folder of `test/field`. */
export const fieldText = (folder: string, name: string): string => readFileSync(join(field, folder, name), 'utf8');

/** The files of a folder of `test/field`, and texts that stand for more of them. */
export function around(folder: string, more: Readonly<Record<string, string>> = {}): Required<FilesAround> {
  const root = join(field, folder);
  return {
    readFile: (path) => {
      if (Object.hasOwn(more, path)) return more[path];
      try {
        return readFileSync(join(root, path), 'utf8');
      } catch {
        return undefined;
      }
    },
    listFolder: (path) =>
      path === '' || path === '.'
        ? [...readdirSync(root), ...new Set(Object.keys(more).map((name) => name.replace(/\/.*/, '/')))]
        : Object.keys(more).flatMap((name) => (name.startsWith(`${path}/`) ? [name.slice(path.length + 1)] : [])),
  };
}

/** The rows that an import wrote. */
export function rowsOf({ files }: Imported): readonly Record<string, unknown>[] {
  const { text } = files.find(({ path }) => path.endsWith('.jsonl'))!;
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/**
 * An imported template, in which a check finds no error and no warning, and its text for a row.
 * @param beside files that were there before
 */
export function checked(imported: Imported, index = 0, beside: readonly string[] = []) {
  const { path, text } = imported.files[index]!;
  const paths = new Set([...imported.files.map((file) => file.path), ...beside]);
  const hasRows = imported.files.some(({ path: each }) => each.endsWith('.jsonl'));
  const columns = hasRows ? [...new Set(rowsOf(imported).flatMap((row) => Object.keys(row)))] : undefined;
  const findings = checkTemplate(text, path, { fileExists: (file) => paths.has(file), columns });
  expect(findings.filter(({ severity }) => severity !== 'information').map(({ message }) => message)).toEqual([]);
  const template = readTemplate(text, path).template!;
  return { ...template, shown: (row: Record<string, unknown>) => renderText(template, row) };
}

/** The body of an imported template, as it is written. */
export const bodyOf = ({ files }: Imported, index = 0): string =>
  files[index]!.text.replace(/^---\n[\s\S]*?\n---\n/, '').trimEnd();
