import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import { Failure } from '../failure';
import type { RawRecord, RecordScanner, RecordSpan } from './records';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;

export type Delimiter = ',' | '\t';

/** CSV or TSV records, which end at a line ending outside quotes; empty lines are none. */
export function createDelimitedScanner(delimiter: Delimiter): RecordScanner {
  const delimiterByte = delimiter.charCodeAt(0);
  let state: 'at field' | 'bare' | 'quoted' | 'after quote' = 'at field';
  let line = 1;
  let recordLine = 1;
  let quoteLine = 1;
  let start = -1;
  let end = -1;
  let previous = 0;

  function record(): RecordSpan[] {
    const span = { start, end: previous === RETURN ? end - 1 : end, line: recordLine };
    return start < 0 || span.end === span.start ? [] : [span];
  }

  return {
    scan(bytes, offset) {
      const spans: RecordSpan[] = [];
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at]!;
        if (byte === NEWLINE && state !== 'quoted') {
          spans.push(...record());
          start = -1;
          state = 'at field';
        } else {
          if (start < 0) {
            start = offset + at;
            recordLine = line;
          }
          end = offset + at + 1;
          if (state === 'quoted') {
            if (byte === QUOTE) state = 'after quote';
          } else if (byte === QUOTE && state !== 'bare') {
            if (state === 'at field') quoteLine = line;
            state = 'quoted';
          } else {
            state = byte === delimiterByte ? 'at field' : 'bare';
          }
        }
        if (byte === NEWLINE) line++;
        previous = byte;
      }
      return spans;
    },
    finish() {
      if (state === 'quoted') {
        throw new Failure(
          'data-syntax',
          'A quote opened here is never closed.',
          { line: quoteLine },
          'Close it, and write a quote inside a quoted value twice ("").',
        );
      }
      return record();
    },
    open: () => (start < 0 ? undefined : { start, line: recordLine }),
  };
}

/**
 * The fields of each record. Quotes follow RFC 4180; in TSV, where text is rarely quoted, a quote inside a bare value
 * is plain text.
 * @throws Failure `data-syntax` for a stray quote or bytes that are not UTF-8.
 */
export function decodeFields(records: readonly RawRecord[], delimiter: Delimiter): string[][] {
  const notText = records.find((record) => !isUtf8(record.bytes));
  if (notText)
    throw new Failure('data-syntax', 'The row is not UTF-8 text.', { line: notText.line }, 'Save the file as UTF-8.');
  const lines = records.flatMap((record) => [record.bytes, Buffer.from('\n')]);
  try {
    return parse(Buffer.concat(lines), {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: delimiter === '\t',
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const at = records[Number(error['records'])];
    throw new Failure(
      'data-syntax',
      'The row has a quote in the middle of a value.',
      { line: at?.line },
      'Put the whole value in quotes and write each quote inside it twice ("").',
    );
  }
}

/** Column names of a header record. @throws Failure `data-columns` when two are equal. */
export function decodeHeader(record: RawRecord, delimiter: Delimiter): string[] {
  const names = decodeFields([record], delimiter)[0] ?? [];
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Failure(
      'data-columns',
      `Two columns are named "${twice}".`,
      { line: record.line },
      'Give each column a name of its own.',
    );
  }
  return names;
}

/**
 * Rows as objects by column name, values as text.
 * @throws Failure `data-columns` when a record has more or fewer fields than columns.
 */
export function decodeRows(
  records: readonly RawRecord[],
  columns: readonly string[],
  delimiter: Delimiter,
): Readonly<Record<string, string>>[] {
  return decodeFields(records, delimiter).map((fields, index) => {
    if (fields.length !== columns.length) {
      const comma = delimiter === ',' ? 'a comma' : 'a tab';
      throw new Failure(
        'data-columns',
        `The row has ${count(fields.length, 'field')}, the header ${count(columns.length, 'column')}.`,
        { line: records[index]!.line },
        `Put values that contain ${comma} or a line break in quotes, and write empty values too.`,
      );
    }
    return Object.fromEntries(columns.map((name, column) => [name, fields[column]!]));
  });
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
