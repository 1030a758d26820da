import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dotAt, dotsAt } from '../../../../../src/tuning/search/proposals/expectedChanges';
import { likeliestOf } from '../../../../../src/tuning/search/proposals/likeliestOf';

/** Few values, so that many are equal. */
const logProbabilities = fc
  .array(fc.constantFrom(-0.5, -1, -2, -3.25, -7, -Infinity), { maxLength: 40 })
  .map((values) => Float32Array.from(values));

it('takes the likeliest tokens as sorting all of them does, of equals those of lower numbers', () => {
  fc.assert(
    fc.property(
      logProbabilities.chain((values) =>
        fc.record({
          values: fc.constant(values),
          tokens: fc.subarray([...values.keys()], {}),
          most: fc.integer({ min: 1, max: 45 }),
          least: fc.constantFrom(-Infinity, -3, -1),
        }),
      ),
      ({ values, tokens, most, least }) => {
        const sorted = tokens
          .filter((token) => values[token]! >= least)
          .sort((a, b) => (values[a] === values[b] ? a - b : values[b]! - values[a]!));
        expect(likeliestOf(tokens, values, { most, least })).toEqual(sorted.slice(0, most));
      },
    ),
  );
});

it('multiplies a vector with several gradients to the bits of each by itself', () => {
  const numbers = fc.float({ noNaN: true, min: -4, max: 4 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }).chain((width) =>
        fc.record({
          vectors: fc.array(numbers, { minLength: 3 * width, maxLength: 3 * width }),
          gradients: fc.array(fc.array(numbers, { minLength: width, maxLength: width }), { maxLength: 10 }),
          row: fc.nat({ max: 2 }),
        }),
      ),
      ({ vectors, gradients, row }) => {
        const [table, each] = [Float32Array.from(vectors), gradients.map((values) => Float32Array.from(values))];
        const offset = row * (table.length / 3);
        expect([...dotsAt(table, offset, each)]).toEqual(each.map((gradient) => dotAt(table, offset, gradient)));
      },
    ),
  );
});
