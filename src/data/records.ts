import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../failure';

/** Where one record is in its file: bytes `start` to `end`, without the line ending or comma behind it. */
export interface RecordSpan {
  readonly start: number;
  readonly end: number;
  /** Line the record begins on, from 1. */
  readonly line: number;
  /** Column the record begins at, from 1; absent where text before it on the line makes the byte count differ. */
  readonly column?: number;
}

/** A record with its bytes: a line of JSON, a CSV record (which may span lines), an element of a JSON array. */
export interface RawRecord extends RecordSpan {
  readonly bytes: Buffer;
}

/** Cuts a stream of bytes into records. Stateful: one scanner reads one file once, front to back. */
export interface RecordScanner {
  /** The records that end within `bytes`, whose first byte is at `offset` of the file. */
  scan(bytes: Buffer, offset: number): RecordSpan[];
  /** What the end of the file completes. @throws Failure `data-syntax` when something is still open. */
  finish(): RecordSpan[];
  /** The record begun but not yet ended. */
  open(): { readonly start: number; readonly line: number } | undefined;
}

const CHUNK_BYTES = 256 * 1024;
/** A record longer than this is a quote or bracket that was never closed, not a row. */
const LONGEST_RECORD_BYTES = 16 * 1024 * 1024;
const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** The file's bytes in order, in pieces of at most 256 KiB. */
export async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

/**
 * The records of a file, those of one chunk at a time. A byte order mark is skipped; no more is held than the chunk and
 * the record it ends in.
 * @throws Failure `data-syntax` for UTF-16 text, a record over 16 MiB, and whatever the scanner refuses.
 */
export async function* recordBatches(
  chunks: AsyncIterable<Buffer>,
  scanner: RecordScanner,
): AsyncGenerator<RawRecord[]> {
  let held: Buffer[] = [];
  let heldFrom = 0;
  let end = 0;
  for await (const chunk of chunks) {
    const skipped = end === 0 ? bytesBeforeText(chunk) : 0;
    const spans = scanner.scan(chunk.subarray(skipped), end + skipped);
    held.push(chunk);
    end += chunk.length;
    if (spans.length > 0) yield withBytes(spans, Buffer.concat(held), heldFrom);

    const open = scanner.open();
    if (open && end - open.start > LONGEST_RECORD_BYTES) {
      throw new Failure(
        'data-syntax',
        'The row that begins here runs on for more than 16 MiB.',
        { line: open.line },
        'Close the quote or bracket that is open in it.',
      );
    }
    const begunInChunk = !open || open.start >= end - chunk.length;
    if (begunInChunk) {
      heldFrom = open ? open.start : end;
      held = open ? [chunk.subarray(chunk.length - (end - heldFrom))] : [];
    }
  }
  const last = scanner.finish();
  if (last.length > 0) yield withBytes(last, Buffer.concat(held), heldFrom);
}

function withBytes(spans: readonly RecordSpan[], known: Buffer, knownFrom: number): RawRecord[] {
  return spans.map((span) => ({ ...span, bytes: known.subarray(span.start - knownFrom, span.end - knownFrom) }));
}

function bytesBeforeText(first: Buffer): number {
  if ((first[0] === 0xff && first[1] === 0xfe) || (first[0] === 0xfe && first[1] === 0xff)) {
    throw new Failure('data-syntax', 'The file is UTF-16 text.', { line: 1 }, 'Save it as UTF-8.');
  }
  return first.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? UTF8_BOM.length : 0;
}
