import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { ElementType, type Tensor } from './graph';

const bytesPerElement: Readonly<Record<number, number>> = {
  [ElementType.float]: 4,
  [ElementType.uint8]: 1,
  [ElementType.int8]: 1,
  [ElementType.uint16]: 2,
  [ElementType.int16]: 2,
  [ElementType.int32]: 4,
  [ElementType.int64]: 8,
  [ElementType.bool]: 1,
  [ElementType.float16]: 2,
  [ElementType.double]: 8,
  [ElementType.uint32]: 4,
  [ElementType.uint64]: 8,
  [ElementType.bfloat16]: 2,
};

/** Bytes of one element, or undefined for types that do not fill whole bytes (int4, strings). */
export function elementSize(type: ElementType): number | undefined {
  return bytesPerElement[type];
}

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

export function floatTensor(dims: readonly number[], values: ArrayLike<number>): Tensor {
  return { type: ElementType.float, dims, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

export function int64Tensor(dims: readonly number[], values: readonly number[]): Tensor {
  return { type: ElementType.int64, dims, bytes: new Uint8Array(BigInt64Array.from(values.map(toInt64)).buffer) };
}

/** A whole number as int64. ONNX writes "to the end" as the largest int64, which a double rounds up past the range. */
export function toInt64(value: number): bigint {
  return value >= 2 ** 63 ? 2n ** 63n - 1n : value <= -(2 ** 63) ? -(2n ** 63n) : BigInt(value);
}

/** The number of every pattern of 16 bits, computed at the first that is asked for: tables hold many millions. */
let halves: Float32Array | undefined;

/** A number from the 16 bits of an IEEE 754 half. */
export function float16ToNumber(bits: number): number {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, each) => computeHalf(each));
  return halves[bits]!;
}

function computeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * The numbers of a tensor as doubles; int64 beyond 2^53 loses precision, which only "to the end" markers reach.
 * @throws Failure "onnx-type"
 */
export function tensorNumbers(tensor: Tensor): number[] {
  const { view, read, size } = openNumbers(tensor);
  const numbers = new Array<number>(tensor.bytes.byteLength / size);
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, i * size);
  return numbers;
}

/** @throws Failure "onnx-type" */
function openNumbers({ bytes, type }: Tensor): {
  readonly view: DataView;
  readonly read: (view: DataView, offset: number) => number;
  /** Bytes of a number. */
  readonly size: number;
} {
  const read = numberReaders[type];
  const size = elementSize(type);
  if (!read || !size)
    throw new Failure('onnx-type', l10n.t`A constant has element type ${type}, which cannot be read as numbers.`);
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), read, size };
}

const numberReaders: Readonly<Record<number, (view: DataView, offset: number) => number>> = {
  [ElementType.float]: (view, at) => view.getFloat32(at, true),
  [ElementType.double]: (view, at) => view.getFloat64(at, true),
  [ElementType.float16]: (view, at) => float16ToNumber(view.getUint16(at, true)),
  [ElementType.bfloat16]: (view, at) => bfloat16ToNumber(view.getUint16(at, true)),
  [ElementType.int64]: (view, at) => Number(view.getBigInt64(at, true)),
  [ElementType.uint64]: (view, at) => Number(view.getBigUint64(at, true)),
  [ElementType.int32]: (view, at) => view.getInt32(at, true),
  [ElementType.uint32]: (view, at) => view.getUint32(at, true),
  [ElementType.int16]: (view, at) => view.getInt16(at, true),
  [ElementType.uint16]: (view, at) => view.getUint16(at, true),
  [ElementType.int8]: (view, at) => view.getInt8(at),
  [ElementType.uint8]: (view, at) => view.getUint8(at),
  [ElementType.bool]: (view, at) => view.getUint8(at),
};

const word = new DataView(new ArrayBuffer(4));

function bfloat16ToNumber(value: number): number {
  word.setUint32(0, value << 16);
  return word.getFloat32(0);
}

/**
 * Rows of a matrix as float32, for a table too large to convert whole.
 * @param tensor [rows, width]
 * @throws Failure "onnx-type"
 */
export function tensorRows(tensor: Tensor, rows: readonly number[]): Float32Array {
  const { view, read, size } = openNumbers(tensor);
  const width = elementCount(tensor.dims.slice(1));
  const stored = tensor.bytes.byteLength / size;
  const values = new Float32Array(rows.length * width);
  const floats = tensor.type === ElementType.float ? asFloats(tensor.bytes) : undefined;
  rows.forEach((row, i) => {
    const from = row * width;
    if (floats) values.set(floats.subarray(from, from + width), i * width);
    else for (let d = 0; d < width && from + d < stored; d++) values[i * width + d] = read(view, (from + d) * size);
  });
  return values;
}

/** Bytes of float32 as numbers, without a copy; undefined where they do not begin at a number's place in memory. */
const asFloats = ({ buffer, byteOffset, byteLength }: Uint8Array): Float32Array | undefined =>
  byteOffset % 4 === 0 ? new Float32Array(buffer, byteOffset, Math.floor(byteLength / 4)) : undefined;
