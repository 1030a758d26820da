import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { parseJson } from './exactNumber';
import type { RawRecord, RecordScanner, RecordSpan } from './records';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** JSON lines: every line that is not blank is a record. */
export function createLineScanner(): RecordScanner {
  let line = 1;
  let lineStart = -1;
  let start = -1;
  let end = -1;
  const record = (): RecordSpan[] => (start < 0 ? [] : [{ start, end, line, column: start - lineStart + 1 }]);

  /** Takes what is not blank between two indices, which is the open line or a part of it. */
  function extend(bytes: Uint8Array, offset: number, from: number, to: number): void {
    let [first, behind] = [from, to];
    while (first < behind && isBlank(bytes[first]!)) first++;
    while (first < behind && isBlank(bytes[behind - 1]!)) behind--;
    if (first === behind) return;
    if (start < 0) start = offset + first;
    end = offset + behind;
  }

  let afterReturn = false;

  return {
    scan(bytes, offset) {
      const spans: RecordSpan[] = [];
      if (lineStart < 0) lineStart = offset;
      let from = 0;
      if (afterReturn && bytes[0] === NEWLINE) lineStart = offset + ++from;
      if (bytes.length > 0) afterReturn = bytes.at(-1) === RETURN;
      for (const behind of lineEnds(bytes, from)) {
        extend(bytes, offset, from, behind);
        for (const span of record()) spans.push(span);
        start = -1;
        line++;
        from = behind;
        lineStart = offset + from;
      }
      extend(bytes, offset, from, bytes.length);
      return spans;
    },
    finish: record,
    open: () => (start < 0 ? undefined : { start, line }),
  };
}

/** The indices behind line ends: line feeds, carriage returns, and both together. */
function* lineEnds(bytes: Buffer, from: number): Generator<number> {
  let feed = bytes.indexOf(NEWLINE, from);
  let back = bytes.indexOf(RETURN, from);
  while (feed >= 0 || back >= 0) {
    const isReturn = back >= 0 && (feed < 0 || back < feed);
    const behind = isReturn ? (feed === back + 1 ? feed : back) + 1 : feed + 1;
    yield behind;
    if (feed >= 0 && feed < behind) feed = bytes.indexOf(NEWLINE, behind);
    if (back >= 0 && back < behind) back = bytes.indexOf(RETURN, behind);
  }
}

/**
 * A JSON array: every element is a record. Commas and brackets between elements are checked here, elements when
 * decoded.
 */
export function createArrayScanner(): RecordScanner {
  let expects: 'array' | 'first element' | 'element' | 'end of element' | 'end of file' = 'array';
  let line = 1;
  let lineStart = -1;
  let ascii = true;
  let previous = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let open: { start: number; line: number; column?: number } | undefined;
  let end = -1;

  function outside(byte: number, position: number): void {
    const location = { line, column: ascii ? position - lineStart + 1 : undefined };
    if (expects === 'array') {
      if (byte !== OPEN_BRACKET) {
        throw new Failure(
          'data-syntax',
          l10n.t`A .json data file must be an array of objects.`,
          location,
          byte === OPEN_BRACE
            ? l10n.t`Put the rows into [ ], or name the file .jsonl if it has one object a line.`
            : l10n.t`Write [{"column": "value"}, …].`,
        );
      }
      expects = 'first element';
    } else if (expects === 'end of file') {
      throw new Failure(
        'data-syntax',
        l10n.t`Text follows the end of the array.`,
        location,
        l10n.t`Remove it, or move it into the array.`,
      );
    } else if (byte === CLOSE_BRACKET && expects === 'first element') {
      expects = 'end of file';
    } else if (byte === CLOSE_BRACKET || byte === COMMA) {
      throw new Failure(
        'data-syntax',
        l10n.t`A row is missing after a comma.`,
        location,
        l10n.t`Remove the comma that has no row beside it.`,
      );
    } else {
      open = { start: position, ...location };
      expects = 'end of element';
    }
  }

  function withinElement(byte: number, position: number): RecordSpan | undefined {
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACKET)) {
      const span = { ...open!, end };
      open = undefined;
      expects = byte === COMMA ? 'element' : 'end of file';
      return span;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth = Math.max(0, depth - 1);
    }
    end = position + 1;
    return undefined;
  }

  return {
    scan(bytes, offset) {
      const spans: RecordSpan[] = [];
      if (lineStart < 0) lineStart = offset;
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at]!;
        if (byte === NEWLINE || byte === RETURN) {
          if (byte === RETURN || previous !== RETURN) line++;
          lineStart = offset + at + 1;
          ascii = true;
        } else if (byte >= 0x80) {
          ascii = false;
        }
        previous = byte;
        if (isBlank(byte)) continue;
        if (!open) outside(byte, offset + at);
        if (open) {
          const span = withinElement(byte, offset + at);
          if (span) spans.push(span);
        }
      }
      return spans;
    },
    finish() {
      if (expects !== 'end of file' && expects !== 'array') {
        const location = open ? { line: open.line, column: open.column } : { line };
        throw new Failure(
          'data-syntax',
          open ? l10n.t`The row that begins here is not closed.` : l10n.t`The array is not closed.`,
          location,
          l10n.t`Add the bracket or quote that is missing.`,
        );
      }
      return [];
    },
    open: () => open,
  };
}

/**
 * The object a record holds.
 * @throws Failure `data-syntax` for broken JSON, and values that are not objects.
 */
export function decodeObject(record: RawRecord): Readonly<Record<string, unknown>> {
  const location = { line: record.line, column: record.column };
  const { text } = record;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw jsonFailure((error as SyntaxError).message, text, record);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Failure(
      'data-syntax',
      l10n.t`The row is not an object.`,
      location,
      l10n.t`Write each row as {"column": "value"}.`,
    );
  }
  return value as Record<string, unknown>;
}

/** V8 names the position only in some messages; otherwise the row's first character stands for it. */
function jsonFailure(message: string, text: string, record: RawRecord): Failure {
  const reason = message.replace(
    / in JSON( at position.*)?$| at position \d+.*$|, (\.\.\.)?".*is not valid JSON$/s,
    '',
  );
  const before = text.slice(0, Number(/ at position (\d+)/.exec(message)?.[1] ?? 0));
  const lastBreak = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
  const line = record.line + before.split(/\r\n?|\n/).length - 1;
  const firstLineColumn = record.column === undefined ? undefined : record.column + before.length;
  const column = lastBreak < 0 ? firstLineColumn : before.length - lastBreak;
  return new Failure(
    'data-syntax',
    l10n.t`The row is not valid JSON: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}.`,
    { line, column },
    l10n.t`Correct the row; names and text stand in double quotes.`,
  );
}

/** Spaces, tabs and line ends: what JSON allows between values. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === RETURN || byte === NEWLINE;
}
