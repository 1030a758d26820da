import { expect, it } from 'vitest';
import { letGo } from '../../../../src/onnx/runtime/letGo';
import { floats, int64s } from '../../../../src/onnx/runtime/session';

it('takes the memory of numbers away, also where two share it', () => {
  const shared = new Float32Array(8);
  const results = [floats([8], shared), floats([2, 4], shared), int64s([2], [1, 2])];
  const other = floats([2], new Float32Array([1, 2]));
  letGo(results);
  for (const { data } of results) expect(data.length).toBe(0);
  expect([...other.data]).toEqual([1, 2]);
});
