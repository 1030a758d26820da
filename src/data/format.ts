import { extname } from 'node:path';
import { Failure } from '../failure';
import { createDelimitedScanner, decodeHeader, decodeRows, type Delimiter } from './delimited';
import { createArrayScanner, createLineScanner, decodeObject } from './json';
import type { RawRecord, RecordScanner } from './records';

/** One row of a data file: a value for each column. Values from CSV and TSV are text. */
export type Row = Readonly<Record<string, unknown>>;

/** How a kind of data file is cut into records and its records read. */
export interface Format {
  createScanner(): RecordScanner;
  /** Column names from the first record; absent where each row carries its own names. */
  readonly decodeHeader?: (record: RawRecord) => readonly string[];
  /** One row a record. @param columns the header's, where the format has one */
  decode(records: readonly RawRecord[], columns: readonly string[]): readonly Row[];
}

const jsonLines: Format = { createScanner: createLineScanner, decode: (records) => records.map(decodeObject) };
const jsonArray: Format = { createScanner: createArrayScanner, decode: (records) => records.map(decodeObject) };
const delimited = (delimiter: Delimiter): Format => ({
  createScanner: () => createDelimitedScanner(delimiter),
  decodeHeader: (record) => decodeHeader(record, delimiter),
  decode: (records, columns) => decodeRows(records, columns, delimiter),
});

const formats: Readonly<Record<string, Format>> = {
  '.jsonl': jsonLines,
  '.ndjson': jsonLines,
  '.json': jsonArray,
  '.csv': delimited(','),
  '.tsv': delimited('\t'),
};

/** The format a file's extension stands for. @throws Failure `data-format` for any other extension. */
export function formatOf(path: string): Format {
  const extension = extname(path).toLowerCase();
  const format = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  if (format) return format;
  const what =
    extension === ''
      ? 'Data files without an extension cannot be read.'
      : `Data files of kind "${extension}" cannot be read.`;
  throw new Failure('data-format', what, { file: path }, `Use one of ${Object.keys(formats).join(', ')}.`);
}
