import * as l10n from '@vscode/l10n';
import { stat, type FileHandle } from 'node:fs/promises';
import { eachRow, type EachRowBatch } from '../../data/rows/eachRow';
import { formatOf, type Format } from '../../data/format';
import { openFile } from '../../data/openFile';
import { chunksOf } from '../../data/records';
import { fileOfSource, formatOfSource, type DataSource } from '../../data/table/tableFormat';

/** Where rows without answers come from. */
export type InputChoice =
  | { readonly source: DataSource }
  /** A stream, and the extension that says how it is read, such as `.csv`. */
  | { readonly stream: AsyncIterable<Buffer>; readonly extension: string };

/** Rows without answers, open for reading once, from the first. */
export interface InputRows {
  /** As failures call it. */
  readonly name: string;
  readonly format: Format;
  /** Of a file its size; a stream has none that is known. */
  readonly bytes?: number;
  /** How the file is named; absent for a stream. */
  readonly source?: DataSource;
  /** Whether its lines end as those of Windows do; known once a batch has been read. */
  endsInReturns(): boolean;
  /** @param passed rows that are not decoded */
  batches(passed: number): AsyncGenerator<EachRowBatch>;
  close(): Promise<void>;
}

/** @throws Failure "data-missing", "data-format" */
export async function openInput(choice: InputChoice): Promise<InputRows> {
  if ('stream' in choice) {
    const name = l10n.t`standard input`;
    const rest = { name, close: () => Promise.resolve() };
    return inputOf(evenChunks(choice.stream), formatOf(`input${choice.extension}`), { ...rest, how: {} });
  }
  const { source } = choice;
  const path = fileOfSource(source);
  const how = formatOfSource(source);
  const format = formatOf(path, how);
  const handle: FileHandle = await openFile(path, { chosen: true });
  const { size } = await stat(path);
  const rest = { name: path, bytes: size, source, close: () => handle.close() };
  return inputOf(chunksOf(handle), format, { ...rest, how });
}

function inputOf(
  chunks: AsyncIterable<Buffer>,
  format: Format,
  {
    how,
    ...rest
  }: Pick<InputRows, 'name' | 'bytes' | 'source' | 'close'> & { readonly how: ReturnType<typeof formatOfSource> },
): InputRows {
  let returns: boolean | undefined;
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      returns ??= chunk.includes('\r\n');
      yield chunk;
    }
  }
  return {
    ...rest,
    format,
    endsInReturns: () => returns ?? false,
    batches: (passed) => eachRow(watched(), format, { ...how, passed }),
  };
}

/** A stream in pieces that hold an even number of bytes each, but for the last. */
async function* evenChunks(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let odd: Buffer | undefined;
  for await (const piece of stream) {
    const all = odd ? Buffer.concat([odd, piece]) : piece;
    const even = all.length - (all.length % 2);
    odd = even < all.length ? all.subarray(even) : undefined;
    if (even > 0) yield all.subarray(0, even);
  }
  if (odd) yield odd;
}
