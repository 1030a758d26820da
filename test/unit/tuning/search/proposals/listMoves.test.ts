import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../../src/data/random';
import { listMoves } from '../../../../../src/tuning/search/proposals/listMoves';
import { readOptionList } from '../../../../../src/tuning/search/text/optionList';

function movesOf(source: string, names: readonly string[], seed = 1): readonly string[] {
  return listMoves(source, readOptionList(source, names)!, createRandom(seed));
}

describe('listing the answers otherwise', () => {
  const source = 'Say what it is about: money, a fault or the post.';
  const names = ['money', 'fault', 'post'];

  it('keeps each answer once, with all else that the text says', () => {
    const moves = movesOf(source, names);
    expect(moves.length).toBeGreaterThan(8);
    for (const text of moves) {
      expect(text).toMatch(/^Say what it is about: .*\.$/);
      expect([...text.match(/money|fault|post/g)!].sort()).toEqual([...names].sort());
      expect(text).not.toBe(source);
    }
    expect(new Set(moves).size).toBe(moves.length);
  });

  it('takes the article of an answer along', () => {
    expect(movesOf(source, names)).toEqual(
      expect.arrayContaining([
        'Say what it is about: the post, a fault or money.',
        'Say what it is about: money, fault or post.',
        'Say what it is about: money/fault/post.',
        'Say what it is about: "money", "fault" or "post".',
      ]),
    );
  });

  it('is the same by seed', () => {
    expect(movesOf(source, names, 3)).toEqual(movesOf(source, names, 3));
    expect(movesOf(source, names, 3)).not.toEqual(movesOf(source, names, 4));
  });

  it('writes no spaces and no Latin marks into Chinese', () => {
    const moves = movesOf('请选择：人物、地点或时间。', ['人物', '地点', '时间']);
    expect(moves).toContain('请选择：时间、地点或人物。');
    for (const text of moves) expect(text).not.toMatch(/[ ,"/]/);
  });
});
