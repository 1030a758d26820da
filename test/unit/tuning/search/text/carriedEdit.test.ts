import { describe, expect, it } from 'vitest';
import { carryEdit, keepEdits, makeEdit } from '../../../../../src/tuning/search/text/carriedEdit';

const known = { origin: 'replace', gain: 0.1 };

describe('an edit that helped one text', () => {
  const edit = carryEdit('Say how the day went.', 'Tell how the day went.', known);

  it('is made in another that reads the same around it', () => {
    expect(makeEdit('Say what the day was.', edit)).toBeUndefined();
    expect(makeEdit('Be brief. Say how the day was.', edit)).toBe('Be brief. Tell how the day was.');
  });

  it('is not made where its place is gone or not the only one', () => {
    expect(makeEdit('Tell how the day went.', edit)).toBeUndefined();
    expect(makeEdit('Say how the day went. Say how the day went.', edit)).toBeUndefined();
  });

  it('may be an insertion at the end', () => {
    const added = carryEdit('Say how it went.', 'Say how it went. Be brief.', known);
    expect(makeEdit('Tell how it went.', added)).toBe('Tell how it went. Be brief.');
  });
});

describe('the edits that are kept', () => {
  const source = 'Say how the day of the writer went.';
  const changed = (text: string, gain: number) => [text, { origin: 'replace', gain }] as const;

  it('are those that helped, the best first, without those that have failed since', () => {
    const first = keepEdits(
      [],
      source,
      new Map([
        changed('Tell how the day of the writer went.', 0.1),
        changed('Say how the day of the author went.', 0.2),
        changed('Say how the day of the clerk went.', -0.2),
      ]),
    );
    expect(first.map(({ gain }) => gain)).toEqual([0.2, 0.1]);
    const then = keepEdits(first, source, new Map([changed('Say how the day of the author went.', -0.1)]));
    expect(then.map((edit) => makeEdit(source, edit))).toEqual(['Tell how the day of the writer went.']);
  });

  it('are a limited number', () => {
    const many = Array.from({ length: 60 }, (_, i) => changed(`Say how day ${i} of the writer went.`, 0.01 * (i + 1)));
    const kept = keepEdits([], source, new Map(many));
    expect(kept.length).toBeLessThan(60);
    expect(kept[0]!.gain).toBeCloseTo(0.6);
  });
});
