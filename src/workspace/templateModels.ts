import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { readModelReference } from '../model/open/modelReference';
import { splitPromptFile } from '../template/syntax/dotprompt';

/**
 * Paths of the models that templates name by a path, as {@link listModels} expects them. Templates that cannot be read
 * are left out.
 */
export async function modelsOfTemplates(templates: readonly string[]): Promise<readonly string[]> {
  const named = await Promise.all(
    templates.map(async (path) => {
      const reference = modelOf(await readFile(path, 'utf8').catch(() => ''));
      if (reference === undefined || reference === '' || reference === 'builtin') return undefined;
      const { path: found, variant } = readModelReference(reference, dirname(resolve(path)));
      return existsSync(found) ? `${found}${variant === undefined ? '' : `#${variant}`}` : undefined;
    }),
  );
  return [...new Set(named.filter((reference) => reference !== undefined))];
}

function modelOf(text: string): string | undefined {
  const { frontMatter } = splitPromptFile(text);
  const model =
    frontMatter &&
    (parseDocument(frontMatter.text, { logLevel: 'silent' }).toJS() as { readonly model?: unknown } | null)?.model;
  return typeof model === 'string' ? model : undefined;
}

/** Folders below which no templates are looked for. */
const passedOver = /^(?:\.|node_modules$)/;
const deepest = 4;

/** The templates in a folder and in those below it. */
export async function templatesBelow(folder: string, depth = 0): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const here = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.prompt'))
    .map(({ name }) => join(folder, name));
  if (depth === deepest) return here;
  const below = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && !passedOver.test(entry.name))
      .map(({ name }) => templatesBelow(join(folder, name), depth + 1)),
  );
  return [...here, ...below.flat()];
}
