import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, largest, smallest } from '../../src/lists';

describe('a long list', () => {
  const long = Float64Array.from({ length: 1_000_000 }, (_, at) => at % 1000);

  it('is appended and measured without a stack', () => {
    const list = [-1];
    append(list, long);
    expect(list).toHaveLength(long.length + 1);
    expect([largest(list), smallest(list)]).toEqual([999, -1]);
  });

  it('has the largest and smallest that Math finds', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noDefaultInfinity: false })), fc.double(), (numbers, otherwise) => {
        expect(largest(numbers)).toBe(Math.max.call(null, ...numbers));
        expect(smallest(numbers, otherwise)).toBe(Math.min.call(null, ...numbers, otherwise));
      }),
    );
  });
});
