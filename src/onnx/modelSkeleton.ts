import { append } from '../lists';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { mappedBytes } from './fileRegion';

/**
 * Which messages may hold large weights, by field number: model → graph → initializer, and the graphs and tensors
 * of attributes.
 */
const descents: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  model: { 7: 'graph', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph' },
  tensor: {},
};
const rawData = 9;
const dataLocation = 14;

/**
 * An ONNX file without its large weights: each `raw_data` of {@link mappedBytes} or more becomes external data that
 * points back into the file itself. The rest is as it was, so a file of any size can be decoded without being held in
 * memory.
 * @param self how the file is named in what points back to it
 * @throws RangeError where the file is no protobuf message or is cut off
 */
export function readSkeleton(path: string, self: string): Uint8Array {
  const handle = openSync(path, 'r');
  try {
    const file = windowOn(handle, fstatSync(handle).size);
    return Buffer.concat(strip(file, 'model', { from: 0, to: file.size }, self));
  } finally {
    closeSync(handle);
  }
}

interface Window {
  readonly size: number;
  byte(at: number): number;
  bytes(from: number, to: number): Uint8Array;
}

/** Reads a file a stretch at a time. */
function windowOn(handle: number, size: number): Window {
  const stretch = new Uint8Array(64 * 1024);
  let [start, end] = [0, 0];
  return {
    size,
    byte(at) {
      if (at < start || at >= end) {
        start = at;
        end = at + readSync(handle, stretch, 0, stretch.length, at);
      }
      if (at >= end) throw new RangeError('The file ends in the middle of a field.');
      return stretch[at - start]!;
    },
    bytes(from, to) {
      const bytes = new Uint8Array(to - from);
      for (let done = 0; done < bytes.length;) {
        const count = readSync(handle, bytes, done, bytes.length - done, from + done);
        if (count === 0) throw new RangeError('The file ends in the middle of a field.');
        done += count;
      }
      return bytes;
    },
  };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The fields of a message in pieces, small ones as they are. */
function strip(file: Window, kind: string, { from, to }: Range, self: string): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let kept = from;
  let at = from;
  let moved = false;
  const keepUpTo = (end: number) => {
    if (end > kept) pieces.push(file.bytes(kept, end));
  };
  while (at < to) {
    const field = readField(file, at, to);
    const inner = descents[kind]![field.number];
    if (field.end - field.start >= mappedBytes && field.wire === 2) {
      if (inner) {
        keepUpTo(at);
        const body = strip(file, inner, { from: field.start, to: field.end }, self);
        append(pieces, [
          header(
            field.number,
            body.reduce((sum, piece) => sum + piece.length, 0),
          ),
          ...body,
        ]);
        kept = field.end;
      } else if (kind === 'tensor' && field.number === rawData) {
        keepUpTo(at);
        append(pieces, pointer(self, field.start, field.end - field.start));
        kept = field.end;
        moved = true;
      }
    } else if (moved && field.number === dataLocation) {
      // What the tensor says itself of where its numbers are (here, in the file) would be read last, and hold.
      keepUpTo(at);
      kept = field.end;
    }
    at = field.end;
  }
  keepUpTo(to);
  return pieces;
}

interface Field {
  readonly number: number;
  readonly wire: number;
  readonly start: number;
  readonly end: number;
}

function readField(file: Window, at: number, limit: number): Field {
  const tag = readVarint(file, at);
  const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
  const [start, end] = extent(file, tag.end, wire);
  if (end > limit || number === 0) throw new RangeError('A field reaches past its message.');
  return { number, wire, start, end };
}

function extent(file: Window, at: number, wire: number): readonly [number, number] {
  switch (wire) {
    case 0:
      return [at, readVarint(file, at).end];
    case 1:
      return [at, at + 8];
    case 5:
      return [at, at + 4];
    case 2: {
      const { value, end } = readVarint(file, at);
      return [end, end + value];
    }
    default:
      throw new RangeError(`There is no field of kind ${wire}.`);
  }
}

function readVarint(file: Window, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = file.byte(at + i);
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  throw new RangeError('A number is longer than ten bytes.');
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

const header = (number: number, length: number): Uint8Array =>
  Uint8Array.from([...varint(number * 8 + 2), ...varint(length)]);

/** TensorProto.external_data and .data_location for a stretch of the file. */
function pointer(self: string, offset: number, length: number): readonly Uint8Array[] {
  const text = (number: number, value: string): Uint8Array =>
    Buffer.concat([header(number, Buffer.byteLength(value)), Buffer.from(value)]);
  const entry = (key: string, value: string): Uint8Array => {
    const body = Buffer.concat([text(1, key), text(2, value)]);
    return Buffer.concat([header(13, body.length), body]);
  };
  return [
    entry('location', self),
    entry('offset', String(offset)),
    entry('length', String(length)),
    Uint8Array.from([...varint(14 * 8), 1]),
  ];
}
