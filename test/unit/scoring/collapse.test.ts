import { describe, expect, it } from 'vitest';
import { collapsedOnto } from '../../../src/scoring/collapse';

const rowsOf = (counts: readonly (readonly [expected: string, predicted: string, count: number])[]) =>
  counts.flatMap(([expected, predicted, count]) => Array.from({ length: count }, () => ({ expected, predicted })));

describe('a run that collapsed onto one class', () => {
  it('is named by the label it gives to nearly everything', () => {
    expect(
      collapsedOnto(
        rowsOf([
          ['a', 'b', 49],
          ['b', 'b', 47],
          ['b', 'a', 4],
        ]),
      ),
    ).toBe('b');
  });

  it('is not one whose predictions are spread', () => {
    expect(
      collapsedOnto(
        rowsOf([
          ['a', 'b', 50],
          ['b', 'b', 44],
          ['b', 'a', 6],
        ]),
      ),
    ).toBeUndefined();
  });

  it('is not one on data that are as one-sided themselves', () => {
    expect(
      collapsedOnto(
        rowsOf([
          ['a', 'a', 90],
          ['b', 'a', 10],
        ]),
      ),
    ).toBeUndefined();
    expect(
      collapsedOnto(
        rowsOf([
          ['a', 'a', 85],
          ['b', 'a', 15],
        ]),
      ),
    ).toBe('a');
  });

  it('is not seen in no rows', () => {
    expect(collapsedOnto([])).toBeUndefined();
  });
});
