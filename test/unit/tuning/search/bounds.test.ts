import { describe, expect, it } from 'vitest';
import { boundsOfChosen, boundsWithin } from '../../../../src/tuning/search/bounds';

describe('what a text may be within a readability', () => {
  it('has each way to write the answers where a strict one chooses, and none on the way to a wider one', () => {
    for (const bound of [0.1, 0.3]) {
      expect(boundsOfChosen(bound, true)).toMatchObject({ ...boundsWithin(bound, true), marksLists: true, quotas: {} });
      expect(boundsOfChosen(bound, true).quotas.way).toBeGreaterThan(0);
      expect(boundsWithin(bound, true)).toMatchObject({ marksLists: false, quotas: { way: 0 } });
    }
  });

  it('is the same within a wider readability, whether or not that chooses', () => {
    for (const bound of [0.5, 1.5, Infinity]) expect(boundsOfChosen(bound, true)).toEqual(boundsWithin(bound, true));
  });
});
