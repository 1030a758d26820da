import { createDelimitedScanner, decodeFields } from './delimited';
import { guessEncoding } from '../encoding/guessEncoding';
import { encodingNamed, markedEncoding } from '../encoding/textEncoding';
import { type EncodingName } from '../encoding/encodingNames';
import { openFile, type FileChoice } from '../openFile';
import { chunksOf } from '../records';
import { readSeparator, separators, type ReadSeparator, type TextFormat } from './tableFormat';

/** The beginning of a table, cut at one separator. */
export interface TableCut {
  /** As `tune.data` writes it. */
  readonly separator: string;
  /** Values of the first records; the first of them may be a header. */
  readonly records: readonly (readonly string[])[];
}

/** How the beginning of a file reads. */
export interface TableLook {
  /** The table as it is read; absent where nothing says how. */
  readonly cut?: TableCut;
  /** The table at other separators that make more than one column, as many in each record; most columns first. */
  readonly others: readonly TableCut[];
  /** What the text may be encoded in, where it is not UTF-8 and nothing else is said. */
  readonly encoding?: EncodingName;
}

/** Records that are looked at. */
const mostRecords = 20;

/**
 * Looks at the beginning of a text file, and at the bytes of all of it.
 * @param used separator that the file is read with; undefined where nothing says one
 * @returns undefined for a file that is no text, or is read with nothing to see
 * @throws Failure `data-missing`, `outside-workspace`
 */
export async function lookAtTable(
  path: string,
  used: ReadSeparator | undefined,
  { encoding: named }: TextFormat,
  choice: FileChoice = {},
): Promise<TableLook | undefined> {
  const handle = await openFile(path, choice);
  try {
    let start: Buffer | undefined;
    let guess: EncodingName | undefined;
    for await (const chunk of chunksOf(handle)) {
      const isFirst = start === undefined;
      start ??= chunk;
      if (isFirst && (named !== undefined || markedEncoding(chunk))) break;
      const found = guessEncoding(isFirst ? chunk : fromCharacter(chunk), true);
      // What tells Windows-1252 from Latin-1 may come late.
      if (guess === undefined || (guess === 'latin1' && found === 'windows-1252')) guess = found;
    }
    if (!start) return undefined;
    const encoding = markedEncoding(start) ?? encodingNamed(named ?? guess ?? 'utf-8');
    if (encoding.unit === 1 && start.includes(0)) return undefined;
    const bytes = start.subarray(encoding.mark * encoding.unit);
    const units = encoding.openUnits()(bytes);
    const cutAt = (separator: ReadSeparator): TableCut => ({
      separator: separator.character + (separator.skipsSpaces ? ' ' : ''),
      records: firstRecords(units, separator, (from, to) =>
        encoding.decode(bytes.subarray(from * encoding.unit, to * encoding.unit)),
      ),
    });
    const others = separators
      .filter((character) => character !== used?.character)
      .map((character) => cutAt(readSeparator(character)!))
      .filter(isTable)
      .sort((a, b) => b.records[0]!.length - a.records[0]!.length);
    return { ...(used && { cut: cutAt(used) }), others, ...(guess !== undefined && { encoding: guess }) };
  } finally {
    await handle.close();
  }
}

/** The bytes from the first that begins a character of UTF-8, where a piece begins inside of one. */
function fromCharacter(bytes: Buffer): Buffer {
  const longest = 3;
  let from = 0;
  while (from < longest && (bytes[from] ?? 0) >> 6 === 0b10) from++;
  return bytes.subarray(from);
}

function firstRecords(
  units: Buffer,
  separator: ReadSeparator,
  textAt: (from: number, to: number) => string | undefined,
): readonly (readonly string[])[] {
  try {
    const scanner = createDelimitedScanner(separator);
    const spans = scanner.scan(units, 0);
    const whole = spans.length < mostRecords ? [...spans, ...lastOf(scanner)] : spans.slice(0, mostRecords);
    const records = whole.flatMap(({ start, end, line }) => {
      const text = textAt(start, end);
      return text === undefined ? [] : [{ text, line }];
    });
    return decodeFields(records, separator);
  } catch {
    // A separator at which the text cannot be cut is not its separator.
    return [];
  }
}

/** What the end of the text completes; nothing where the text goes on in the file. */
function lastOf(scanner: ReturnType<typeof createDelimitedScanner>): ReturnType<typeof scanner.finish> {
  try {
    return scanner.finish();
  } catch {
    return [];
  }
}

function isTable({ records }: TableCut): boolean {
  const width = records[0]?.length ?? 0;
  return width > 1 && records.every((record) => record.length === width);
}
