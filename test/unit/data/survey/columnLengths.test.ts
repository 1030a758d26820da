import { describe, expect, it } from 'vitest';
import { measureColumns } from '../../../../src/data/survey/columnLengths';

describe('the lengths of columns', () => {
  it('are those of each row, also of columns that begin or end in the middle', () => {
    const columns = measureColumns();
    for (let row = 0; row < 1000; row++) {
      const early = row < 300 && { early: 'é'.repeat(row % 5) };
      columns.add({ ...early, ...(row >= 700 && { late: 'ab' }), number: row });
    }
    const { early, late, number } = Object.fromEntries(columns.lengths());
    expect([early, late, number].map((column) => column!.ascii.length)).toEqual([1000, 1000, 1000]);
    expect([early!.other[299], early!.other[300], early!.ascii[299]]).toEqual([4, 0, 0]);
    expect([late!.ascii[699], late!.ascii[700]]).toEqual([0, 2]);
    expect([number!.ascii[7], number!.ascii[999]]).toEqual([1, 3]);
  });

  it('are of a list or an object those of its JSON, with its elements', () => {
    const columns = measureColumns();
    columns.add({ list: null });
    columns.add({ list: ['a', 'ü'] });
    columns.add({ list: { a: 1, b: 2, c: [3] } });
    const { list } = Object.fromEntries(columns.lengths());
    expect([...list!.items!]).toEqual([0, 2, 3]);
    expect([list!.ascii[1], list!.other[1]]).toEqual([8, 1]);
  });
});
