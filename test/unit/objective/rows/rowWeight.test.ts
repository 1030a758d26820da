import { describe, expect, it } from 'vitest';
import { rowWeight } from '../../../../src/objective/rows/rowWeight';

const location = { file: 'train.csv', line: 7 };
const settings = { weight: 'times' };

describe('the weight of a row', () => {
  it.each([
    [3, 3],
    ['0.5', 0.5],
    [' 2 ', 2],
    [1e-3, 1e-3],
  ])('is the number of its column (%j)', (written, weight) => {
    expect(rowWeight({ times: written }, settings, location)).toBe(weight);
  });

  it.each([[0], [-1], [''], ['many'], [null], [true], ['Infinity'], [[2]]])('is nothing else (%j)', (written) => {
    expect(() => rowWeight({ times: written }, settings, location)).toThrow(
      expect.objectContaining({
        code: 'invalid-value',
        location,
        message: expect.stringMatching(/"times" \(tune\.weight\) must hold a number above 0, not /) as string,
      }),
    );
  });

  it('is that of all where no column is named, and where a row that is only measured has none', () => {
    expect(rowWeight({ times: 3 }, {}, location)).toBeUndefined();
    expect(rowWeight({ text: 'a' }, settings, location)).toBeUndefined();
  });
});
