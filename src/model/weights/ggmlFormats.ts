import { bfloat16, float16, float32, float64, readFloat16, type NumberFormat } from './numberFormats';

// The blocks of ggml's quantised types, as ggml-common.h lays them out and ggml-quants.c reads them.

/** A block whose numbers are read one by one: `value(i)` is the i-th, from what the block's head gives once. */
function blockFormat(
  name: string,
  elements: number,
  bytes: number,
  open: (view: DataView, at: number) => (i: number) => number,
): NumberFormat {
  return {
    name,
    elements,
    bytes,
    read(view, at, out, to) {
      const value = open(view, at);
      for (let i = 0; i < elements; i++) out[to + i] = value(i);
    },
  };
}

/** Half byte i of a block of 32: the lower half bytes come first. */
const halfByte = (view: DataView, at: number, i: number): number =>
  (view.getUint8(at + (i & 15)) >> (i < 16 ? 0 : 4)) & 15;

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

/** ggml's block_q4_1: a scale, a minimum, 32 half bytes. */
const q4_1 = blockFormat('Q4_1', 32, 20, (view, at) => {
  const [scale, least] = [readFloat16(view, at), readFloat16(view, at + 2)];
  return (i) => Math.fround(scale * halfByte(view, at + 4, i)) + least;
});

/** Five bits: a half byte, and bit i of a word for the fifth. */
const fiveBits = (view: DataView, fifths: number, at: number, i: number): number =>
  halfByte(view, at, i) | (((fifths >>> i) & 1) << 4);

/** ggml's block_q5_0: a scale, the fifth bits, 32 half bytes; around 16. */
const q5_0 = blockFormat('Q5_0', 32, 22, (view, at) => {
  const [scale, fifths] = [readFloat16(view, at), view.getUint32(at + 2, true)];
  return (i) => scale * (fiveBits(view, fifths, at + 6, i) - 16);
});

/** ggml's block_q5_1: a scale, a minimum, the fifth bits, 32 half bytes. */
const q5_1 = blockFormat('Q5_1', 32, 24, (view, at) => {
  const [scale, least, fifths] = [readFloat16(view, at), readFloat16(view, at + 2), view.getUint32(at + 4, true)];
  return (i) => Math.fround(scale * fiveBits(view, fifths, at + 8, i)) + least;
});

/** Two bits of number i of a block of 256, in bytes of four numbers that stand 32 apart. */
const twoBits = (view: DataView, at: number, i: number): number =>
  (view.getUint8(at + 32 * (i >> 7) + (i & 31)) >> (2 * ((i >> 5) & 3))) & 3;

/** ggml's block_q2_K: sixteen half bytes each of scales and minima, 256 pairs of bits, scales of both. */
const q2_K = blockFormat('Q2_K', 256, 84, (view, at) => {
  const [scale, least] = [readFloat16(view, at + 80), readFloat16(view, at + 82)];
  return (i) => {
    const both = view.getUint8(at + (i >> 4));
    return Math.fround(Math.fround(scale * (both & 15)) * twoBits(view, at + 16, i)) - Math.fround(least * (both >> 4));
  };
});

/**
 * ggml's block_q3_K: 256 third bits, 256 pairs of bits, twelve bytes of sixteen six-bit scales around 32, their scale.
 */
const q3_K = blockFormat('Q3_K', 256, 110, (view, at) => {
  const scale = readFloat16(view, at + 108);
  const scales = Array.from({ length: 16 }, (_, group) => {
    const low = (view.getUint8(at + 96 + (group & 7)) >> (group < 8 ? 0 : 4)) & 15;
    const high = (view.getUint8(at + 104 + (group & 3)) >> (2 * (group >> 2))) & 3;
    return Math.fround(scale * ((low | (high << 4)) - 32));
  });
  return (i) => {
    const third = (view.getUint8(at + (i & 31)) >> (i >> 5)) & 1;
    return scales[i >> 4]! * (twoBits(view, at + 32, i) - (third === 1 ? 0 : 4));
  };
});

/** ggml's block_q5_K: as Q4_K, with 256 fifth bits before the half bytes. */
const q5_K = blockFormat('Q5_K', 256, 176, (view, at) => {
  const [scale, least] = [readFloat16(view, at), readFloat16(view, at + 2)];
  const groups = Array.from({ length: 8 }, (_, group) => {
    const [factor, minimum] = sixBits(view, at + 4, group);
    return [Math.fround(scale * factor), Math.fround(least * minimum)] as const;
  });
  return (i) => {
    const group = i >> 5;
    const low = (view.getUint8(at + 48 + 32 * (group >> 1) + (i & 31)) >> (4 * (group & 1))) & 15;
    const fifth = (view.getUint8(at + 16 + (i & 31)) >> group) & 1;
    const [d, m] = groups[group]!;
    return Math.fround(d * (low | (fifth << 4))) - m;
  };
});

/** ggml's block_q8_K: a scale of four bytes, 256 signed bytes, sums that only its products use. */
const q8_K = blockFormat('Q8_K', 256, 292, (view, at) => {
  const scale = view.getFloat32(at, true);
  return (i) => scale * view.getInt8(at + 4 + i);
});

/** The sixteen values that IQ4 chooses from (kvalues_iq4nl). */
const unevenSteps = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

/** ggml's block_iq4_nl: a scale, 32 half bytes that choose a value. */
const iq4_NL = blockFormat('IQ4_NL', 32, 18, (view, at) => {
  const scale = readFloat16(view, at);
  return (i) => scale * unevenSteps[halfByte(view, at + 2, i)]!;
});

/** ggml's block_iq4_xs: a scale, upper and lower bits of eight scales around 32, eight times 32 half bytes. */
const iq4_XS = blockFormat('IQ4_XS', 256, 136, (view, at) => {
  const [scale, high] = [readFloat16(view, at), view.getUint16(at + 2, true)];
  const scales = Array.from({ length: 8 }, (_, group) => {
    const low = (view.getUint8(at + 4 + (group >> 1)) >> (4 * (group & 1))) & 15;
    return Math.fround(scale * ((low | (((high >> (2 * group)) & 3) << 4)) - 32));
  });
  return (i) => scales[i >> 5]! * unevenSteps[halfByte(view, at + 8 + 16 * (i >> 5), i & 31)]!;
});

/** Twice the eight values of a four-bit float (E2M1) and their negatives (kvalues_mxfp4). */
const doubledFloats = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/** ggml's block_mxfp4: an exponent of eight bits, 32 half bytes; OCP Microscaling Formats, MXFP4. */
const mxfp4 = blockFormat('MXFP4', 32, 17, (view, at) => {
  // Half of the scale, since the values are doubled.
  const scale = 2 ** (view.getUint8(at) - 128);
  return (i) => scale * doubledFloats[halfByte(view, at + 1, i)]!;
});

/** By ggml's type numbers. */
export const ggmlFormats: ReadonlyMap<number, NumberFormat> = new Map([
  [0, float32],
  [1, float16],
  [2, q4_0],
  [3, q4_1],
  [6, q5_0],
  [7, q5_1],
  [8, q8_0],
  [10, q2_K],
  [11, q3_K],
  [12, q4_K],
  [13, q5_K],
  [14, q6_K],
  [15, q8_K],
  [20, iq4_NL],
  [23, iq4_XS],
  [28, float64],
  [30, bfloat16],
  [39, mxfp4],
]);

/** ggml's names of the types that are not read here, for a message. */
export const ggmlNames: Readonly<Record<number, string>> = {
  9: 'Q8_1',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  21: 'IQ3_S',
  22: 'IQ2_S',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  29: 'IQ1_M',
  34: 'TQ1_0',
  35: 'TQ2_0',
  40: 'NVFP4',
  41: 'Q1_0',
};
