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

const float16Numbers = Float32Array.from({ length: 65536 }, (_, bits) => float16ToNumber(bits));
const readFloat16 = (view: DataView, at: number): number => float16Numbers[view.getUint16(at, true)]!;

export const float32: NumberFormat = plain('F32', 4, (view, at) => view.getFloat32(at, true));
export const float64: NumberFormat = plain('F64', 8, (view, at) => view.getFloat64(at, true));
export const float16: NumberFormat = plain('F16', 2, readFloat16);
export const bfloat16: NumberFormat = plain('BF16', 2, readBfloat16);

/** ggml's block_q8_0: a scale, 32 signed bytes. */
const q8_0: NumberFormat = {
  name: 'Q8_0',
  elements: 32,
  bytes: 34,
  read(view, at, out, to) {
    const scale = readFloat16(view, at);
    for (let i = 0; i < 32; i++) out[to + i] = scale * view.getInt8(at + 2 + i);
  },
};

/** ggml's block_q4_0: a scale, 32 half bytes around 8; the lower ones come first. */
const q4_0: NumberFormat = {
  name: 'Q4_0',
  elements: 32,
  bytes: 18,
  read(view, at, out, to) {
    const scale = readFloat16(view, at);
    for (let i = 0; i < 16; i++) {
      const pair = view.getUint8(at + 2 + i);
      out[to + i] = scale * ((pair & 15) - 8);
      out[to + 16 + i] = scale * ((pair >> 4) - 8);
    }
  },
};

/** ggml's block_q4_K: scales of scales and of minima, twelve bytes of eight six-bit pairs, 256 half bytes. */
const q4_K: NumberFormat = {
  name: 'Q4_K',
  elements: 256,
  bytes: 144,
  read(view, at, out, to) {
    const [scale, least] = [readFloat16(view, at), readFloat16(view, at + 2)];
    for (let group = 0; group < 8; group++) {
      const [factor, minimum] = sixBits(view, at + 4, group);
      const [d, m] = [Math.fround(scale * factor), Math.fround(least * minimum)];
      const from = at + 16 + 32 * (group >> 1);
      const shift = 4 * (group & 1);
      for (let i = 0; i < 32; i++)
        out[to + 32 * group + i] = Math.fround(d * ((view.getUint8(from + i) >> shift) & 15)) - m;
    }
  },
};

/** Scale and minimum of a group of a Q4_K block (get_scale_min_k4 in ggml). */
function sixBits(view: DataView, at: number, group: number): readonly [scale: number, minimum: number] {
  const byte = (i: number): number => view.getUint8(at + i);
  if (group < 4) return [byte(group) & 63, byte(group + 4) & 63];
  return [(byte(group + 4) & 15) | ((byte(group - 4) >> 6) << 4), (byte(group + 4) >> 4) | ((byte(group) >> 6) << 4)];
}

/** ggml's block_q6_K: lower four bits, upper two bits, sixteen signed scales, their scale. */
const q6_K: NumberFormat = {
  name: 'Q6_K',
  elements: 256,
  bytes: 210,
  read(view, at, out, to) {
    const scale = readFloat16(view, at + 208);
    for (let i = 0; i < 256; i++) {
      const [part, within] = [i >> 7, i & 127];
      const low = (view.getUint8(at + 64 * part + (within & 63)) >> (within < 64 ? 0 : 4)) & 15;
      const high = (view.getUint8(at + 128 + 32 * part + (within & 31)) >> (2 * (within >> 5))) & 3;
      out[to + i] = Math.fround(scale * view.getInt8(at + 192 + (i >> 4))) * ((low | (high << 4)) - 32);
    }
  },
};

/** By the names in safetensors headers. */
export const safetensorsFormats: Readonly<Record<string, NumberFormat>> = {
  F64: float64,
  F32: float32,
  F16: float16,
  BF16: bfloat16,
};

/** By ggml's type numbers. */
export const ggmlFormats: ReadonlyMap<number, NumberFormat> = new Map([
  [0, float32],
  [1, float16],
  [2, q4_0],
  [8, q8_0],
  [12, q4_K],
  [14, q6_K],
  [28, float64],
  [30, bfloat16],
]);

/** ggml's names of the types that are not read here, for a message. */
export const ggmlNames: Readonly<Record<number, string>> = {
  3: 'Q4_1',
  6: 'Q5_0',
  7: 'Q5_1',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  13: 'Q5_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  29: 'IQ1_M',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
};

/** Bytes that so many numbers take, or undefined where they do not fill whole blocks. */
export function bytesOf({ elements, bytes }: NumberFormat, count: number): number | undefined {
  return count % elements === 0 ? (count / elements) * bytes : undefined;
}
