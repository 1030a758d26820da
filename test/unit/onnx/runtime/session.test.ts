import fc from 'fast-check';
import { expect, it } from 'vitest';
import { int64s } from '../../../../src/onnx/runtime/session';

it('writes whole numbers as int64, every one that a double holds exactly', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), (values) => {
      const { dims, data } = int64s([values.length], values);
      expect(dims).toEqual([values.length]);
      expect(data).toEqual(BigInt64Array.from(values, BigInt));
    }),
  );
});
