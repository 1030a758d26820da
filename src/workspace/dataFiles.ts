import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { dataExtensions } from '../data/format';
import { readColumns } from '../data/survey/readColumns';
import type { Analysis } from '../template/read/analysis';
import { fieldsWithoutColumn } from '../template/answer/composeAnswer';
import { outputOf, requiredVariables } from '../template/read/template';
import { rememberByFile } from '../files/fileCache';

/** Of a folder with more files the others are listed without a look at their columns. */
const mostRead = 200;

const columnsRead = rememberByFile<readonly string[] | null>(mostRead);

/** Columns that the rows of a template have: those it reads, and that of its answer. */
export function neededColumns(analysis: Analysis): readonly string[] {
  if (!analysis.usage) return [];
  const { name, object } = outputOf(analysis) ?? {};
  const answer = object ? fieldsWithoutColumn([], object).required : name === undefined ? [] : [name];
  return [...new Set([...requiredVariables(analysis), ...answer])];
}

/**
 * Data files in a folder and those just below it, relative to it, with `/`; those whose rows have all the columns
 * first. A `.json` file that is no list of rows, such as a configuration, is none.
 */
export async function dataFilesNear(folder: string, columns: readonly string[]): Promise<readonly string[]> {
  const files = await filesBelow(folder);
  const looked = await Promise.all(
    files.map(async (file, position) => {
      const found = position < mostRead ? await columnsOf(file) : [];
      const fits = columns.length > 0 && columns.every((column) => found?.includes(column));
      return { file, fits, isData: found !== null || extname(file).toLowerCase() !== '.json' };
    }),
  );
  const data = looked.filter(({ isData }) => isData);
  return [...data.filter(({ fits }) => fits), ...data.filter(({ fits }) => !fits)].map(({ file }) =>
    relative(folder, file).split(sep).join('/'),
  );
}

/** Null where they cannot be read. */
function columnsOf(file: string): Promise<readonly string[] | null> {
  return columnsRead(file, '', () =>
    readColumns(file).then(
      ({ names }) => names,
      () => null,
    ),
  );
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name))
      .map(async ({ name }) =>
        (await readdir(join(folder, name)).catch(() => [])).map((file) => join(folder, name, file)),
      ),
  );
  return [...entries.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name)), ...below.flat()]
    .filter((file) => dataExtensions.includes(extname(file).toLowerCase()))
    .sort();
}
