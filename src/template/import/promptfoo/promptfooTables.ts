import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { createDelimitedScanner, decodeFields } from '../../../data/table/delimited';
import { readSeparator } from '../../../data/table/tableFormat';
import { Failure } from '../../../failure';
import { assertionOf } from './promptfooAssertions';
import type { Mapping, Reading } from './promptfooFiles';

/**
 * The cells of a table with the names of their columns, row by row; none where it is broken, which is listed.
 * @param path its name, for the sentence; `.tsv` has tabs between its cells, any other commas
 */
export function tableRows(
  text: string,
  path: string,
  { notCarried }: Reading,
): readonly (readonly (readonly [name: string, value: string])[])[] {
  const separator = readSeparator(path.endsWith('.tsv') ? '\t' : ',')!;
  try {
    const bytes = Buffer.from(text);
    const scanner = createDelimitedScanner(separator);
    const spans = [...scanner.scan(bytes, 0), ...scanner.finish()];
    const records = spans.map(({ start, end, line }) => ({ text: bytes.toString('utf8', start, end), line }));
    const [header = [], ...rows] = decodeFields(records, separator);
    return rows.map((fields) => header.map((name, column) => [name.trim(), fields[column] ?? ''] as const));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    notCarried.push(l10n.t`"${basename(path)}", line ${error.location.line ?? 1}: ${error.message}`);
    return [];
  }
}

/** A row of a table, or a mapping without the keys of a test, as a test: `__expected` and its like say more of it. */
export function testOfCells(
  cells: readonly (readonly [name: string, value: unknown])[],
  { notCarried }: Reading,
): Mapping {
  for (const [name, value] of cells)
    if (name.startsWith('__') && !name.startsWith('__expected') && value !== '')
      notCarried.push(l10n.t`The column "${name}" of the tests, which has no counterpart.`);
  return {
    vars: Object.fromEntries(cells.filter(([name]) => name !== '' && !name.startsWith('__'))),
    assert: cells.flatMap(([name, value]) =>
      name.startsWith('__expected') && String(value).trim() !== '' ? [assertionOf(String(value).trim())] : [],
    ),
  };
}
