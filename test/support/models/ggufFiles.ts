import type { GgufTensor, MetadataValue } from '../../../src/model/gguf/header';

/** A metadata value as it is written: type by JavaScript's own, whole numbers as uint32, others as float32. */
export type Written = MetadataValue;

export interface WrittenTensor extends Omit<GgufTensor, 'offset'> {
  readonly bytes: Uint8Array;
}

/** A GGUF file of version 3. */
export function ggufFile(
  metadata: Readonly<Record<string, Written>>,
  tensors: readonly WrittenTensor[] = [],
): Uint8Array {
  const aligned = (length: number): number => Math.ceil(length / 32) * 32;
  let offset = 0;
  const infos = tensors.map(({ name, dims, type, bytes }) => {
    const info = Buffer.concat([
      text(name),
      uint32(dims.length),
      ...[...dims].reverse().map(uint64),
      uint32(type),
      uint64(offset),
    ]);
    offset += aligned(bytes.length);
    return info;
  });
  const entries = Object.entries(metadata).map(([key, value]) =>
    Buffer.concat([text(key), uint32(typeOf(value)), valueBytes(value)]),
  );
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(entries.length),
    ...entries,
    ...infos,
  ]);
  const padded = (bytes: Uint8Array): Buffer =>
    Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)]);
  return new Uint8Array(Buffer.concat([padded(head), ...tensors.map(({ bytes }) => padded(bytes))]));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)]);

function typeOf(value: Written): number {
  if (typeof value === 'string') return 8;
  if (typeof value === 'boolean') return 7;
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? 4 : 6;
  return 9;
}

function valueBytes(value: Written): Buffer {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0]);
  if (typeof value === 'number') return typeOf(value) === 4 ? uint32(value) : float32(value);
  const type = value.every((each) => typeOf(each) === typeOf(value[0]!)) ? typeOf(value[0] ?? '') : 6;
  return Buffer.concat([
    uint32(type),
    uint64(value.length),
    ...value.map((each) => (type === 6 ? float32(each as number) : valueBytes(each))),
  ]);
}
