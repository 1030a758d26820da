import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeBetween, mergeEdits } from '../../../../../src/tuning/search/text/mergeEdits';

const anyText = fc
  .array(fc.constantFrom('a', 'b', ' ', '你', '。', '🙂'), { maxLength: 12 })
  .map((parts) => parts.join(''));

describe('the change between two texts', () => {
  it('makes the one of the other, and no shorter stretch does', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const { from, to, text } = changeBetween(before, after);
        expect(before.slice(0, from) + text + before.slice(to)).toBe(after);
        expect(from === to && text === '').toBe(before === after);
      }),
    );
  });
});

describe('several edits at once', () => {
  it('are those that lie apart, the best first', () => {
    const before = 'Say what the question asks for.';
    const merged = mergeEdits(before, [
      'Tell what the question asks for.',
      'Write what the question asks for.',
      'Say what this question asks for.',
      'Say what the question asks about.',
    ]);
    expect(merged).toEqual(['Tell what this question asks for.', 'Tell what this question asks about.']);
  });

  it('hold each of their words, whatever their order', () => {
    const words = ['one', 'two', 'three', 'four', 'five'];
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2, maxLength: 2 }), (chosen) => {
        const edit = (indices: readonly number[]): string =>
          words.map((word, i) => (indices.includes(i) ? `${i}!` : word)).join(' ');
        expect(
          mergeEdits(
            words.join(' '),
            chosen.map((i) => edit([i])),
          ),
        ).toEqual([edit(chosen)]);
      }),
    );
  });

  it('are none of a single one, and none where all touch', () => {
    expect(mergeEdits('a b', ['x b'])).toEqual([]);
    expect(mergeEdits('a b', ['x b', 'y b'])).toEqual([]);
  });
});
