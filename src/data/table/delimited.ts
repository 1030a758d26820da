import * as l10n from '@vscode/l10n';
import { CsvError, parse } from 'csv-parse/sync';
import { Failure } from '../../failure';
import { counted } from '../../words/formatNumbers';
import type { RawRecord, RecordScanner, RecordSpan } from '../records';
import { describeSeparator, type ReadSeparator } from './tableFormat';
import { mappingOf, NamedFileFailure } from '../fileNaming';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const SPACE = 0x20;

/**
 * Records of a table, which end at a line end outside quotes; empty lines are none. The first line end decides whether
 * the file has those of old Macs, where a lone carriage return ends a line; elsewhere it is part of a value.
 */
export function createDelimitedScanner({ character, skipsSpaces }: ReadSeparator): RecordScanner {
  const separator = character.charCodeAt(0);
  let state: 'at field' | 'bare' | 'quoted' | 'after quote' = 'at field';
  let lineEnds: 'unknown' | 'line feeds' | 'returns' = 'unknown';
  let line = 1;
  let recordLine = 1;
  let quoteLine = 1;
  let start = -1;
  let end = -1;
  let previous = 0;

  /** Ends the record that is open. */
  function record(): RecordSpan[] {
    const span = { start, end: previous === RETURN ? end - 1 : end, line: recordLine };
    const isEmpty = start < 0 || span.end === span.start;
    start = -1;
    state = 'at field';
    return isEmpty ? [] : [span];
  }

  function take(byte: number, position: number): void {
    if (start < 0) {
      start = position;
      recordLine = line;
    }
    end = position + 1;
    if (state === 'quoted') {
      if (byte === QUOTE) state = 'after quote';
    } else if (byte === QUOTE && state !== 'bare') {
      if (state === 'at field') quoteLine = line;
      state = 'quoted';
    } else if (byte === separator) state = 'at field';
    else if (state === 'after quote' && byte === RETURN) return;
    else if (state === 'after quote' && character !== '\t') throw brokenQuote(line);
    else if (!(skipsSpaces && byte === SPACE && state === 'at field')) state = 'bare';
  }

  return {
    scan(bytes, offset) {
      const spans: RecordSpan[] = [];
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at]!;
        if (lineEnds === 'unknown' && previous === RETURN && state !== 'quoted') {
          lineEnds = byte === NEWLINE ? 'line feeds' : 'returns';
          if (lineEnds === 'returns') for (const span of record()) spans.push(span);
        }
        const ends = byte === NEWLINE || (byte === RETURN && lineEnds === 'returns');
        if (ends && state !== 'quoted') {
          if (byte === NEWLINE && lineEnds === 'unknown') lineEnds = 'line feeds';
          for (const span of record()) spans.push(span);
        } else take(byte, offset + at);
        if (byte === RETURN || (byte === NEWLINE && previous !== RETURN)) line++;
        previous = byte;
      }
      return spans;
    },
    finish() {
      if (state === 'quoted') {
        throw new Failure(
          'data-syntax',
          l10n.t`A quote opened here is never closed.`,
          { line: quoteLine },
          l10n.t`Close it, and write a quote inside a quoted value twice ("").`,
        );
      }
      return record();
    },
    open: () => (start < 0 ? undefined : { start, line: recordLine }),
  };
}

const brokenQuote = (line: number): Failure =>
  new Failure(
    'data-syntax',
    l10n.t`Text follows the quote that closes a value.`,
    { line },
    l10n.t`Put the whole value in quotes and write each quote inside it twice ("").`,
  );

/**
 * The fields of each record. Quotes follow RFC 4180; a quote inside a bare value is plain text, and in TSV, where text
 * is rarely quoted, so are the quotes around the beginning of a value.
 * @throws Failure `data-syntax` for a row that cannot be parsed
 */
export function decodeFields(
  records: readonly Pick<RawRecord, 'text' | 'line'>[],
  { character, skipsSpaces }: ReadSeparator,
): string[][] {
  let rows: string[][];
  try {
    rows = parse(records.map(({ text }) => `${text}\n`).join(''), {
      delimiter: character,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: true,
      ltrim: skipsSpaces,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unparsable(records[Number(error['records'])]);
  }
  if (rows.length !== records.length) throw unparsable(records[0]);
  return rows;
}

const unparsable = (record: Pick<RawRecord, 'line'> | undefined): Failure =>
  new Failure(
    'data-syntax',
    l10n.t`The row cannot be cut into values.`,
    { line: record?.line },
    l10n.t`Put each value that holds a quote into quotes, and write each quote inside it twice ("").`,
  );

/** The columns of a table: a name each, in the order of the fields. */
export interface Columns {
  /** Undefined for a field that has no name, or shares it with another. */
  readonly names: readonly (string | undefined)[];
  /** Names that several fields have. */
  readonly repeated: readonly string[];
  /** Whether the settings name them, not a header. */
  readonly listed?: true;
}

/** The columns that a header, or the settings, name. */
export function columnsNamed(written: readonly string[]): Columns {
  const times = new Map<string, number>();
  for (const name of written) times.set(name, (times.get(name) ?? 0) + 1);
  return {
    names: written.map((name) => (name.trim() === '' || times.get(name)! > 1 ? undefined : name)),
    repeated: [...times.keys()].filter((name) => name.trim() !== '' && times.get(name)! > 1),
  };
}

/** Column names of a header record. */
export function decodeHeader(record: RawRecord, separator: ReadSeparator): Columns {
  return columnsNamed(decodeFields([record], separator)[0] ?? []);
}

/**
 * Rows as objects by column name, values as text; fields of columns without a name of their own are left out.
 * @throws Failure `data-columns` when a record has fewer fields than columns, or more that hold something.
 */
export function decodeRows(
  records: readonly RawRecord[],
  { names, listed }: Columns,
  separator: ReadSeparator,
): Readonly<Record<string, string>>[] {
  const read = names.flatMap((name, column) => (name === undefined ? [] : [[name, column] as const]));
  return decodeFields(records, separator).map((fields, index) => {
    if (fields.length < names.length || fields.some((field, column) => column >= names.length && field !== '')) {
      const [had, due] = [counted(fields.length, 'field'), counted(names.length, 'column')];
      throw new NamedFileFailure(
        'data-columns',
        (naming) => ({
          message: listed
            ? l10n.t`The row has ${had}, and ${mappingOf(naming)} lists ${due}.`
            : l10n.t`The row has ${had}, the header ${due}.`,
          remedy: l10n.t`Put values that contain ${describeSeparator(separator.character)} or a line break in \
quotes, and write empty values too.`,
        }),
        { line: records[index]!.line },
      );
    }
    return Object.fromEntries(read.map(([name, column]) => [name, fields[column]!]));
  });
}
