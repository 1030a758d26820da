import * as l10n from '@vscode/l10n';
import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../failure';
import { guessEncoding } from './encoding/guessEncoding';
import { encodingNamed, markedEncoding, type TextEncoding } from './encoding/textEncoding';
import { type EncodingName } from './encoding/encodingNames';
import { mappingBehind, NamedFileFailure } from './fileNaming';

/** Where one record is in its file: bytes `start` to `end`, without the line ending or comma behind it. */
export interface RecordSpan {
  readonly start: number;
  readonly end: number;
  /** Line the record begins on, from 1. */
  readonly line: number;
  /** Column the record begins at, from 1; absent where text before it on the line makes the byte count differ. */
  readonly column?: number;
}

/** A record with its text: a line of JSON, a CSV record (which may span lines), an element of a JSON array. */
export interface RawRecord extends RecordSpan {
  /** Of one that is `unreadable`, what can be made of its bytes. */
  readonly text: string;
  /** Why its bytes are no text of the encoding, where such records are kept. */
  readonly unreadable?: Failure;
}

/**
 * Cuts a stream of units (bytes; in UTF-16 pairs of them) into records. Stateful: one scanner reads one file once,
 * front to back.
 */
export interface RecordScanner {
  /** The records that end within `units`, the first of which is at `offset` of the file, counted in units. */
  scan(units: Buffer, offset: number): RecordSpan[];
  /** What the end of the file completes. @throws Failure `data-syntax` when something is still open. */
  finish(): RecordSpan[];
  /** The record begun but not yet ended. */
  open(): { readonly start: number; readonly line: number } | undefined;
}

/** The records that end in one piece of a file. */
export interface RecordBatch {
  readonly records: RawRecord[];
  readonly encoding: TextEncoding;
}

const CHUNK_BYTES = 256 * 1024;
/** A record longer than this is a quote or bracket that was never closed, not a row. */
const LONGEST_RECORD = 16 * 1024 * 1024;

/** The file's bytes in order, in pieces of at most 256 KiB; all but the last hold an even number of bytes. */
export async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let filled = 0;
    while (filled < CHUNK_BYTES) {
      const { bytesRead } = await handle.read(chunk, filled, CHUNK_BYTES - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled > 0) yield chunk.subarray(0, filled);
    if (filled < CHUNK_BYTES) return;
    position += filled;
  }
}

export interface RecordOptions {
  /** Encoding of a file without a byte order mark. */
  readonly encoding?: EncodingName;
  /** Whether a record whose bytes are no text is kept as `unreadable`, instead of ending the reading. */
  readonly keepsUnreadable?: boolean;
}

/**
 * The records of a file, those of one chunk at a time. A byte order mark is skipped; no more is held than the chunk and
 * the record it ends in.
 * @throws Failure `data-syntax` for text in another encoding, a record over 16 million characters, and whatever the
 * scanner refuses.
 */
export async function* recordBatches(
  chunks: AsyncIterable<Buffer>,
  scanner: RecordScanner,
  { encoding: named, keepsUnreadable = false }: RecordOptions = {},
): AsyncGenerator<RecordBatch> {
  let encoding: TextEncoding | undefined;
  let units: ReturnType<TextEncoding['openUnits']> | undefined;
  let held: Buffer[] = [];
  let heldFrom = 0;
  let end = 0;
  for await (const chunk of chunks) {
    encoding ??= encodingOf(chunk, named);
    units ??= encoding.openUnits();
    const { unit } = encoding;
    if (chunk.length % unit !== 0) throw cutOff();
    const skipped = end === 0 ? encoding.mark : 0;
    const spans = scanner.scan(units(chunk).subarray(skipped), end + skipped);
    held.push(chunk);
    end += chunk.length / unit;
    if (spans.length > 0) yield { records: withText(spans, { encoding, held, heldFrom, keepsUnreadable }), encoding };

    const open = scanner.open();
    if (open && end - open.start > LONGEST_RECORD) {
      throw new Failure(
        'data-syntax',
        l10n.t`The row that begins here runs on for more than 16 MiB.`,
        { line: open.line },
        l10n.t`Close the quote or bracket that is open in it.`,
      );
    }
    const begunInChunk = !open || open.start >= end - chunk.length / unit;
    if (begunInChunk) {
      heldFrom = open ? open.start : end;
      held = open ? [chunk.subarray(chunk.length - (end - heldFrom) * unit)] : [];
    }
  }
  const last = scanner.finish();
  if (last.length > 0 && encoding)
    yield { records: withText(last, { encoding, held, heldFrom, keepsUnreadable }), encoding };
}

const cutOff = (): Failure =>
  new Failure(
    'data-syntax',
    l10n.t`The file is UTF-16 text that ends in the middle of a character.`,
    {},
    l10n.t`The file is cut off; fetch or save it again.`,
  );

/** @throws Failure `data-syntax` where the mark and the name differ */
function encodingOf(first: Buffer, named: EncodingName | undefined): TextEncoding {
  const marked = markedEncoding(first);
  if (marked && named !== undefined && marked.name !== named)
    throw new NamedFileFailure(
      'data-syntax',
      ({ name }) => ({
        message: l10n.t`The file begins with the byte order mark of ${marked.name}, and ${name} names ${named}.`,
        remedy: l10n.t`Write encoding: ${marked.name}, or leave it out.`,
      }),
      { line: 1 },
    );
  if (marked) return marked;
  const wide = named === undefined ? guessEncoding(first, true) : undefined;
  if (wide === 'utf-16le' || wide === 'utf-16be')
    throw new NamedFileFailure(
      'data-syntax',
      ({ before }) => ({
        message: l10n.t`The file looks like ${wide} text without a byte order mark.`,
        remedy:
          before === undefined
            ? l10n.t`Write encoding: ${wide} beside the file in tune.data, or save the file as UTF-8.`
            : l10n.t`Write encoding: ${wide} beside the file: ${mappingBehind(before)}, or save the file as UTF-8.`,
      }),
      { line: 1 },
    );
  return encodingNamed(named ?? 'utf-8');
}

interface HeldBytes {
  readonly encoding: TextEncoding;
  readonly held: Buffer[];
  /** Unit of the file that they begin at. */
  readonly heldFrom: number;
  readonly keepsUnreadable: boolean;
}

function withText(spans: readonly RecordSpan[], { encoding, held, heldFrom, keepsUnreadable }: HeldBytes): RawRecord[] {
  const known = held.length === 1 ? held[0]! : Buffer.concat(held);
  const { unit } = encoding;
  return spans.map((span) => {
    const bytes = known.subarray((span.start - heldFrom) * unit, (span.end - heldFrom) * unit);
    const inBytes = { ...span, start: span.start * unit, end: span.end * unit };
    const read = encoding.decode(bytes);
    if (read !== undefined) return { ...inBytes, text: read };
    const unreadable = noText(bytes, span, { encoding, around: known });
    if (!keepsUnreadable) throw unreadable;
    return { ...inBytes, text: bytes.toString('utf8'), unreadable };
  });
}

/** @throws Failure `data-syntax` for bytes that are no text of the encoding */
export function textOf(bytes: Buffer, span: Pick<RecordSpan, 'line'>, encoding: TextEncoding): string {
  const text = encoding.decode(bytes);
  if (text === undefined) throw noText(bytes, span, { encoding, around: bytes });
  return text;
}

/** @param around the bytes with others of the file, which tell more of what it is in */
function noText(
  bytes: Buffer,
  { line }: Pick<RecordSpan, 'line'>,
  { encoding, around }: { readonly encoding: TextEncoding; readonly around: Buffer },
): Failure {
  const name = encoding.name === 'utf-8' ? 'UTF-8' : encoding.name;
  const guess = encoding.name === 'utf-8' ? (guessEncoding(around, true) ?? guessEncoding(bytes)) : undefined;
  if (guess === undefined)
    return new Failure('data-syntax', l10n.t`The row is not ${name} text.`, { line }, l10n.t`Save the file as UTF-8.`);
  return new NamedFileFailure(
    'data-syntax',
    ({ before }) => ({
      message: l10n.t`The row is not ${name} text; it looks like ${guess}.`,
      remedy:
        before === undefined
          ? l10n.t`Save the file as UTF-8, or write encoding: ${guess} beside it in tune.data.`
          : l10n.t`Save the file as UTF-8, or write encoding: ${guess} beside the file: ${mappingBehind(before)}.`,
    }),
    { line },
  );
}
