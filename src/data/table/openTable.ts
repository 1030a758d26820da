import * as l10n from '@vscode/l10n';
import { basename, extname } from 'node:path';
import { Failure } from '../../failure';
import { formatOf } from '../format';
import { looksLikeData } from './guessTable';
import { lookAtTable, type TableCut } from './lookAtTable';
import { readSeparator, type TextFormat } from './tableFormat';

/** How a table that a person has chosen is read, and what was concluded on the way, a sentence each. */
export interface OpenedTable {
  readonly how: TextFormat;
  readonly remarks: readonly string[];
  /** Whether its columns have names: a header, or those that were given. */
  readonly isNamed: boolean;
}

const spreadsheets: readonly string[] = ['.xlsx', '.xls', '.xlsm', '.xlsb', '.ods', '.numbers'];

/** Extensions of the files that are worth choosing for a template of data: data files, and spreadsheets to be told. */
export const isSpreadsheet = (path: string): boolean => spreadsheets.includes(extname(path).toLowerCase());

/**
 * Finds out how a table reads of which nobody said: its separator, its encoding, and whether it has a header.
 * @param given what was said, which is kept
 * @throws Failure `data-format` for a spreadsheet and for no kind of data, `data-empty`, `data-missing`
 */
export async function openTable(path: string, given: TextFormat = {}): Promise<OpenedTable> {
  if (isSpreadsheet(path))
    throw new Failure(
      'data-format',
      l10n.t`"${basename(path)}" is a spreadsheet, which is not read.`,
      { file: path },
      l10n.t`Save the sheet as CSV (File > Save As or Download > CSV UTF-8), and choose that file.`,
    );
  const { separator } = formatOf(path, given);
  if (!separator) return { how: given, remarks: [], isNamed: true };
  const look = await lookAtTable(path, separator, given, { chosen: true });
  if (!look) return { how: given, remarks: [], isNamed: true };
  const asRead = look.cut?.records ?? [];
  const other = given.separator === undefined && widthOf(asRead) <= 1 ? look.others[0] : undefined;
  const cut = other ?? look.cut;
  const how: TextFormat = {
    ...given,
    ...(other && { separator: other.separator }),
    ...(look.encoding && given.encoding === undefined && { encoding: look.encoding }),
  };
  const remarks = [
    ...(other ? [l10n.t`Its values are separated by ${JSON.stringify(other.separator)}.`] : []),
    ...(how.encoding && how.encoding !== given.encoding ? [l10n.t`Its text is read as ${how.encoding}.`] : []),
  ];
  if (given.columns !== undefined || !cut || !hasNoHeader(cut)) return { how, remarks, isNamed: true };
  const columns = Array.from({ length: widthOf(cut.records) }, (_, i) => `column_${i + 1}`);
  return { how: { ...how, columns }, remarks, isNamed: false };
}

const widthOf = (records: readonly (readonly string[])[]): number => records[0]?.length ?? 0;

/** Whether the first row is one of the data; columns that have no name at all, as those of row numbers, say nothing. */
function hasNoHeader({ records, separator }: TableCut): boolean {
  const [first = [], ...rest] = records;
  if (!readSeparator(separator) || first.length < 2 || rest.length === 0) return false;
  const isRepeated = first.some(
    (value, column) => value.trim() !== '' && rest.some((record) => record[column] === value),
  );
  return isRepeated || first.every((value) => looksLikeData([[value]], []));
}
