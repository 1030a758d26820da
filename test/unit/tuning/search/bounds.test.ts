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

  it('is taken in many steps where nothing bounds it and it chooses, and in certain ones on the way', () => {
    for (const bound of [2, Infinity]) {
      const certain = boundsWithin(bound, true);
      const many = boundsOfChosen(bound, true);
      expect({ ...many, heats: certain.heats, deciding: certain.deciding, standardErrors: 1 }).toEqual(certain);
      expect(many).toMatchObject({ deciding: 32, standardErrors: 0 });
      expect(certain).toMatchObject({ deciding: 128, standardErrors: 1 });
    }
  });

  it('is the same where it is bounded or the model is a black box, whether or not that chooses', () => {
    for (const bound of [0.5, 1.5]) expect(boundsOfChosen(bound, true)).toEqual(boundsWithin(bound, true));
    expect(boundsOfChosen(Infinity, false)).toEqual(boundsWithin(Infinity, false));
  });
});
