import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedSpan } from '../../../../src/template/edit/changedSpan';
import { withEdits } from '../../../../src/template/settings/writeSettings';

describe('the one edit between two texts', () => {
  it('makes one of the other, and leaves what both begin and end with', () => {
    expect(changedSpan('aXbc', 'aYYbc')).toEqual({ start: 1, end: 2, text: 'YY' });
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(withEdits(before, [changedSpan(before, after)])).toBe(after);
      }),
    );
  });
});
