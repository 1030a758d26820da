import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ElementType } from '../../../src/onnx/graph';
import {
  elementCount,
  floatTensor,
  float16ToNumber,
  int64Tensor,
  tensorNumbers,
  tensorRows,
} from '../../../src/onnx/tensor';

describe('half precision', () => {
  // Values from IEEE 754-2019, binary16.
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0xfbff, -65504],
    [0x0400, 2 ** -14],
    [0x03ff, 2 ** -14 - 2 ** -24],
    [0x0001, 2 ** -24],
    [0x8001, -(2 ** -24)],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ])('%i is %f', (half, expected) => {
    expect(float16ToNumber(half)).toBe(expected);
  });

  it('keeps the sign of zero', () => {
    expect(Object.is(float16ToNumber(0x8000), -0)).toBe(true);
  });

  it('grows with its bits among positive numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7bff }), (half) => float16ToNumber(half) < float16ToNumber(half + 1)),
      { seed: 1 },
    );
  });
});

describe('the numbers of a tensor', () => {
  it('are the float32 numbers it was made of', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true })), (values) => {
        expect(tensorNumbers(floatTensor([values.length], values))).toEqual(values);
      }),
      { seed: 1 },
    );
  });

  it('are the whole numbers it was made of', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (values) => {
        expect(tensorNumbers(int64Tensor([values.length], values))).toEqual(values);
      }),
      { seed: 1 },
    );
  });

  it('end at the largest and the smallest int64', () => {
    const { bytes } = int64Tensor([2], [Infinity, -Infinity]);
    const view = new DataView(bytes.buffer);
    expect([view.getBigInt64(0, true), view.getBigInt64(8, true)]).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
  });

  it('are read where the bytes begin at an odd place of their file', () => {
    const file = Uint8Array.of(0xff, ...floatTensor([2], [1.5, -2]).bytes);
    expect(tensorNumbers({ type: ElementType.float, dims: [2], bytes: file.subarray(1) })).toEqual([1.5, -2]);
  });

  it('are refused for types without whole bytes', () => {
    expect(() => tensorNumbers({ type: 22, dims: [2], bytes: Uint8Array.of(0x12) })).toThrowError(
      expect.objectContaining({ code: 'onnx-type' }),
    );
  });

  it('number as many as the sizes multiply to, one for a scalar', () => {
    expect([elementCount([]), elementCount([2, 3]), elementCount([2, 0])]).toEqual([1, 6, 0]);
  });
});

describe('rows of a matrix', () => {
  it('come in the order asked for, repeated where asked twice', () => {
    const table = floatTensor([3, 2], [0, 1, 10, 11, 20, 21]);
    expect(Array.from(tensorRows(table, [2, 0, 2]))).toEqual([20, 21, 0, 1, 20, 21]);
  });

  it('are converted from half precision', () => {
    const table = { type: ElementType.float16, dims: [2, 1], bytes: Uint8Array.of(0, 0x3c, 0, 0xc0) };
    expect(Array.from(tensorRows(table, [1, 0]))).toEqual([-2, 1]);
  });
});
