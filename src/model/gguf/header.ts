import * as l10n from '@vscode/l10n';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { Failure } from '../../failure';
import { damagedFile } from '../../onnx/damagedFile';
import { openModelFile } from '../../onnx/fileRegion';

export type MetadataValue = number | boolean | string | readonly MetadataValue[];

export interface GgufTensor {
  readonly name: string;
  /** Row-major: the reverse of the order in which the file states them. */
  readonly dims: readonly number[];
  /** ggml's number of the type. */
  readonly type: number;
  /** From the beginning of the file. */
  readonly offset: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: readonly GgufTensor[];
  /** Bytes of the file. */
  readonly size: number;
}

const magic = 0x46554747;
const defaultAlignment = 32;
const mostDims = 4;
/** Arrays of arrays of arrays have no use in a model. */
const deepest = 3;

const damaged = (file: string): Failure => damagedFile(file, l10n.t`GGUF model`);

/** Lists longer than this are vocabularies. */
const longList = 4096;

/**
 * What a GGUF file says of itself, versions 2 and 3 of the format (ggml's docs/gguf.md). The weights are not read.
 * @param brief passes over long lists, the vocabulary above all, which take most of the time
 * @throws Failure "model-missing", "model-truncated", "gguf-version"
 */
export function readGgufHeader(file: string, { brief = false } = {}): GgufHeader {
  const handle = openModelFile(file);
  try {
    return readAll(bytesFrom(handle, fstatSync(handle).size), { file, brief });
  } catch (error) {
    throw error instanceof Failure ? error : damaged(file);
  } finally {
    closeSync(handle);
  }
}

function readAll(bytes: Bytes, { file, brief }: { readonly file: string; readonly brief: boolean }): GgufHeader {
  if (bytes.uint32() !== magic) throw damaged(file);
  const version = bytes.uint32();
  if (version !== 2 && version !== 3)
    throw new Failure(
      'gguf-version',
      version > 0xffff
        ? l10n.t`The GGUF file is big-endian.`
        : l10n.t`The GGUF file has version ${version}; 2 and 3 can be read.`,
      { file },
      l10n.t`Convert the model again with a current llama.cpp.`,
    );
  const [tensorCount, entryCount] = [bytes.count(24), bytes.count(12)];
  const metadata = new Map<string, MetadataValue>();
  for (let i = 0; i < entryCount; i++) {
    const [key, type] = [bytes.text(), bytes.uint32()];
    if (brief && type === arrayType && passesLongList(bytes)) continue;
    metadata.set(key, readValue(bytes, type, 0));
  }
  const stated = Array.from({ length: tensorCount }, () => readTensor(bytes));
  const alignment = metadata.get('general.alignment') ?? defaultAlignment;
  if (typeof alignment !== 'number' || !Number.isSafeInteger(alignment) || alignment < 1) throw damaged(file);
  const start = Math.ceil(bytes.at() / alignment) * alignment;
  return {
    metadata,
    tensors: stated.map((tensor) => ({ ...tensor, offset: start + tensor.offset })),
    size: bytes.size,
  };
}

function readTensor(bytes: Bytes): GgufTensor {
  const name = bytes.text();
  const rank = bytes.uint32();
  if (rank > mostDims) throw new RangeError('A tensor has too many dimensions.');
  const dims = Array.from({ length: rank }, () => bytes.whole()).reverse();
  return { name, dims, type: bytes.uint32(), offset: bytes.whole() };
}

function readValue(bytes: Bytes, type: number, depth: number): MetadataValue {
  if (type === arrayType) return readArray(bytes, depth);
  const read = scalars[type];
  if (!read) throw new RangeError('A metadata value has an unknown type.');
  return read(bytes);
}

/** Passes over a list of texts or numbers that is long; stays where it is before any other. */
function passesLongList(bytes: Bytes): boolean {
  const from = bytes.at();
  const type = bytes.uint32();
  const size = scalarBytes[type];
  const count = bytes.count(leastBytes[type] ?? 1);
  if (count <= longList || (size === undefined && type !== textType)) {
    bytes.goTo(from);
    return false;
  }
  if (size !== undefined) bytes.goTo(bytes.at() + size * count);
  else
    for (let i = 0; i < count; i++) {
      const length = bytes.count(1);
      bytes.goTo(bytes.at() + length);
    }
  return true;
}

function readArray(bytes: Bytes, depth: number): readonly MetadataValue[] {
  if (depth >= deepest) throw new RangeError('Arrays are nested too deeply.');
  const type = bytes.uint32();
  const count = bytes.count(leastBytes[type] ?? 1);
  return Array.from({ length: count }, () => readValue(bytes, type, depth + 1));
}

/** Numbers of gguf_type. */
const [textType, arrayType] = [8, 9];
/** Bytes of a number, by the numbers of gguf_type. */
const scalarBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/** By the numbers of gguf_type. */
const scalars: Readonly<Record<number, (bytes: Bytes) => MetadataValue>> = {
  0: (bytes) => bytes.take(1).getUint8(0),
  1: (bytes) => bytes.take(1).getInt8(0),
  2: (bytes) => bytes.take(2).getUint16(0, true),
  3: (bytes) => bytes.take(2).getInt16(0, true),
  4: (bytes) => bytes.uint32(),
  5: (bytes) => bytes.take(4).getInt32(0, true),
  6: (bytes) => bytes.take(4).getFloat32(0, true),
  7: (bytes) => bytes.take(1).getUint8(0) !== 0,
  8: (bytes) => bytes.text(),
  10: (bytes) => Number(bytes.take(8).getBigUint64(0, true)),
  11: (bytes) => Number(bytes.take(8).getBigInt64(0, true)),
  12: (bytes) => bytes.take(8).getFloat64(0, true),
};
const leastBytes: Readonly<Record<number, number>> = { 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 8: 8, 9: 12, 10: 8, 11: 8, 12: 8 };

/** A file read front to back. All methods throw RangeError where it ends or says more than it can hold. */
interface Bytes {
  readonly size: number;
  at(): number;
  /** Goes on from a position of the file. */
  goTo(position: number): void;
  take(count: number): DataView;
  uint32(): number;
  /** A uint64 that a double holds exactly. */
  whole(): number;
  /** How many things of at least so many bytes follow. */
  count(leastBytes: number): number;
  text(): string;
}

const stretch = 2 ** 20;

function bytesFrom(handle: number, size: number): Bytes {
  let [held, start, position] = [Buffer.alloc(0), 0, 0];
  const need = (count: number): void => {
    if (count > size - position) throw new RangeError('The file ends in the middle of its header.');
    if (position >= start && position - start + count <= held.length) return;
    const next = Buffer.alloc(Math.min(Math.max(count, stretch), size - position));
    const read = readSync(handle, next, 0, next.length, position);
    if (read < count) throw new RangeError('The file ends in the middle of its header.');
    [held, start] = [next.subarray(0, read), position];
  };
  const take = (count: number): DataView => {
    need(count);
    const view = new DataView(held.buffer, held.byteOffset + position - start, count);
    position += count;
    return view;
  };
  const whole = (): number => {
    const value = Number(take(8).getBigUint64(0, true));
    if (!Number.isSafeInteger(value)) throw new RangeError('A number is too large.');
    return value;
  };
  const count = (least: number): number => {
    const value = whole();
    if (value > (size - position) / least) throw new RangeError('The file ends before what it announces.');
    return value;
  };
  return {
    size,
    take,
    whole,
    count,
    at: () => position,
    goTo(to) {
      if (to > size) throw new RangeError('The file ends in the middle of its header.');
      position = to;
    },
    uint32: () => take(4).getUint32(0, true),
    text() {
      const { buffer, byteOffset, byteLength } = take(count(1));
      return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
    },
  };
}
