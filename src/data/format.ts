import * as l10n from '@vscode/l10n';
import { extname } from 'node:path';
import { enumerated } from '../words/listed';
import { columnsNamed, createDelimitedScanner, decodeHeader, decodeRows, type Columns } from './table/delimited';
import { createArrayScanner, createLineScanner, decodeObject } from './json';
import type { RawRecord, RecordScanner } from './records';
import { readSeparator, type ReadSeparator, type TextFormat } from './table/tableFormat';
import { mappingBehind, NamedFileFailure } from './fileNaming';

/** One row of a data file: a value for each column. Values of tables are text. */
export type Row = Readonly<Record<string, unknown>>;

/** How a kind of data file is cut into records and its records read. */
export interface Format {
  createScanner(): RecordScanner;
  /** What separates the values of a table; absent for JSON. */
  readonly separator?: ReadSeparator;
  /** Whether rows are the elements of a JSON array, between brackets and commas. */
  readonly isArray?: true;
  /** Columns from the first record; absent where each row carries its own names, or the settings give them. */
  readonly decodeHeader?: (record: RawRecord) => Columns;
  /** The columns of a table without a header. */
  readonly columns?: Columns;
  /** One row a record. @param columns those of the header, or of the settings, where there are some */
  decode(records: readonly RawRecord[], columns: Columns): readonly Row[];
}

const jsonLines: Format = { createScanner: createLineScanner, decode: (records) => records.map(decodeObject) };
const jsonArray: Format = { ...jsonLines, createScanner: createArrayScanner, isArray: true };

function table(separator: ReadSeparator, columns: readonly string[] | undefined): Format {
  return {
    separator,
    createScanner: () => createDelimitedScanner(separator),
    ...(columns
      ? { columns: { ...columnsNamed(columns), listed: true as const } }
      : { decodeHeader: (record: RawRecord) => decodeHeader(record, separator) }),
    decode: (records, known) => decodeRows(records, known, separator),
  };
}

const jsonFormats: Readonly<Record<string, Format>> = { '.jsonl': jsonLines, '.ndjson': jsonLines, '.json': jsonArray };
const tableSeparators: Readonly<Record<string, string>> = { '.csv': ',', '.tsv': '\t', '.tab': '\t', '.psv': '|' };

/** Extensions of the files that are data without further words. */
export const dataExtensions = [...Object.keys(jsonFormats), ...Object.keys(tableSeparators)];

/** Whether a file is a table, whose values are all text. @throws Failure as {@link formatOf} does */
export const isTable = (path: string, how: TextFormat = {}): boolean => formatOf(path, how).separator !== undefined;

/**
 * The format that a file's extension stands for; with a separator any other extension is that of a table.
 * @throws Failure `data-format` for an extension that says nothing, and for what a JSON file has not
 */
export function formatOf(path: string, { separator, columns }: TextFormat = {}): Format {
  const extension = extname(path).toLowerCase();
  const json = Object.hasOwn(jsonFormats, extension) ? jsonFormats[extension] : undefined;
  if (json && (separator !== undefined || columns !== undefined))
    throw new NamedFileFailure(
      'data-format',
      ({ name }) => ({
        message:
          separator === undefined
            ? l10n.t`${name} names columns for a JSON file, which has none.`
            : l10n.t`${name} names a separator for a JSON file, which has none.`,
        remedy: l10n.t`Leave it out, or name the file of a table.`,
      }),
      { file: path },
    );
  if (json) return json;
  const byExtension = Object.hasOwn(tableSeparators, extension) ? tableSeparators[extension] : undefined;
  const read = readSeparator(separator ?? byExtension ?? '');
  if (read) return table(read, columns);
  const what =
    extension === ''
      ? l10n.t`Data files without an extension cannot be read.`
      : l10n.t`Data files of kind "${extension}" cannot be read.`;
  const known = enumerated(dataExtensions);
  throw new NamedFileFailure(
    'data-format',
    ({ before }) => ({
      message: what,
      remedy:
        before === undefined
          ? l10n.t`Use one of ${known}, or name the separator of its values in tune.data.`
          : l10n.t`Use one of ${known}, or name the separator of its values beside the file: ${mappingBehind(before)}.`,
    }),
    { file: path },
  );
}
