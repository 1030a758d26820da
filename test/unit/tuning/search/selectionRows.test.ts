import { describe, expect, it } from 'vitest';
import { selectionRows, selectionWarning } from '../../../../src/tuning/search/searchContext';

describe('the rows that choose among instructions', () => {
  it('are those of dev, and without dev some of train', () => {
    expect(selectionRows({ dev: 40, train: 1000 })).toEqual({ by: 'dev', rows: 40 });
    expect(selectionRows({ dev: 4000, train: 1000 })).toEqual({ by: 'dev', rows: 200 });
    expect(selectionRows({ train: 180 })).toEqual({ by: 'train', rows: 36 });
    expect(selectionWarning(40, 1000)).toBeUndefined();
    expect(selectionWarning(undefined, 180)).toBeUndefined();
  });

  it('are held out of train where dev has too few, and that is said', () => {
    expect(selectionRows({ dev: 10, train: 180 })).toEqual({ by: 'train', rows: 36 });
    expect(selectionWarning(10, 180)).toBe(
      'Dev has 10 rows, which cannot choose among instructions: 36 rows of train are held out for that.',
    );
  });

  it('cannot choose where there are few of either, and that is said', () => {
    expect(selectionRows({ dev: 10, train: 30 })).toEqual({ by: 'dev', rows: 10 });
    expect(selectionWarning(10, 30)).toContain('Only 10 rows of dev can choose');
    expect(selectionWarning(undefined, 30)).toContain('Only 6 rows of train can choose');
  });
});
