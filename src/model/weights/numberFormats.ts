import { float16ToNumber } from '../../onnx/tensor';

/** How numbers are stored: blocks of `elements` numbers in `bytes` bytes. */
export interface NumberFormat {
  /** As safetensors or ggml call it. */
  readonly name: string;
  readonly elements: number;
  readonly bytes: number;
  /** Reads the block at a byte offset into `out` from an index on. */
  read(view: DataView, at: number, out: Float32Array, to: number): void;
}

const plain = (name: string, bytes: number, number: (view: DataView, at: number) => number): NumberFormat => ({
  name,
  bytes,
  elements: 1,
  read: (view, at, out, to) => void (out[to] = number(view, at)),
});

const words = new DataView(new ArrayBuffer(4));
function readBfloat16(view: DataView, at: number): number {
  words.setUint32(0, view.getUint16(at, true) << 16);
  return words.getFloat32(0);
}

export const readFloat16 = (view: DataView, at: number): number => float16ToNumber(view.getUint16(at, true));

export const float32: NumberFormat = plain('F32', 4, (view, at) => view.getFloat32(at, true));
export const float64: NumberFormat = plain('F64', 8, (view, at) => view.getFloat64(at, true));
export const float16: NumberFormat = plain('F16', 2, readFloat16);
export const bfloat16: NumberFormat = plain('BF16', 2, readBfloat16);

/** By the names in safetensors headers. */
export const safetensorsFormats: Readonly<Record<string, NumberFormat>> = {
  F64: float64,
  F32: float32,
  F16: float16,
  BF16: bfloat16,
};

/** Bytes that so many numbers take, or undefined where they do not fill whole blocks. */
export function bytesOf({ elements, bytes }: NumberFormat, count: number): number | undefined {
  return count % elements === 0 ? (count / elements) * bytes : undefined;
}
