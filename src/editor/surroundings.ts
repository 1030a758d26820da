import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readColumns } from '../data/readColumns';
import type { Facts } from '../template/facts';
import { readTemplate } from '../template/template';

interface ColumnsRead {
  readonly modified: number;
  readonly columns: readonly string[] | undefined;
}

/** Columns by data file, so that typing in a template does not read its data at every pause. */
const columnsRead = new Map<string, ColumnsRead>();

/** What the checker can know of a template's neighbours on disk: parts, data files, and the columns of the training data. */
export async function surroundingsOf(text: string, path: string): Promise<Facts> {
  const folder = dirname(path);
  const readPartial = (name: string) => readIfPresent(join(folder, `_${name}.prompt`));
  const train = readTemplate(text, path, readPartial).template?.written.data?.train;
  return {
    readPartial,
    fileExists: (file) => existsSync(resolve(folder, file)),
    columns: train === undefined ? undefined : await columnsOf(resolve(folder, train)),
  };
}

/** Unreadable data have no columns to check against; training says what is wrong with them. */
async function columnsOf(path: string): Promise<readonly string[] | undefined> {
  const modified = (await stat(path).catch(() => undefined))?.mtimeMs;
  if (modified === undefined) return undefined;
  const known = columnsRead.get(path);
  if (known?.modified === modified) return known.columns;
  const columns = await readColumns(path).catch(() => undefined);
  columnsRead.set(path, { modified, columns });
  return columns;
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
