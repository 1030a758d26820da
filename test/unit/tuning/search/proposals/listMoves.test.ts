import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../../src/data/random';
import { listMoves, listOrders, listWays } from '../../../../../src/tuning/search/proposals/listMoves';
import { readMarkedList, readOptionList } from '../../../../../src/tuning/search/text/optionList';

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

  it('is numbered, in capitals and between marks, and keeps each answer once', () => {
    const list = readMarkedList(source, names, source.length)!;
    const ways = listWays(source, list, createRandom(1));
    expect(ways).toEqual(
      expect.arrayContaining([
        'Say what it is about: 1. money, 2. fault or 3. post.',
        'Say what it is about: (1) money, (2) fault or (3) post.',
        'Say what it is about: (a) money, (b) fault or (c) post.',
        'Say what it is about: "money", "fault" or "post".',
        "Say what it is about: 'money', 'fault' or 'post'.",
        'Say what it is about: MONEY, FAULT or POST.',
      ]),
    );
    expect(new Set(ways).size).toBe(ways.length);
    for (const text of ways)
      expect([...text.toLowerCase().match(/money|fault|post/g)!].sort()).toEqual([...names].sort());
  });

  it('stays numbered in another order, and can be written without numbers again', () => {
    const numbered = 'Say what it is about: 1. money, 2. fault or 3. post.';
    const list = readMarkedList(numbered, names, numbered.length)!;
    const orders = listOrders(numbered, list, createRandom(1));
    expect(orders).toContain('Say what it is about: 1. post, 2. fault or 3. money.');
    for (const text of orders) expect(text).toMatch(/: 1\. [a-z]+, 2\. [a-z]+ or 3\. [a-z]+\.$/);
    expect(listWays(numbered, list, createRandom(1))).toContain('Say what it is about: money, fault or post.');
  });

  it('has no numbers of Latin script in Chinese', () => {
    const chinese = '请选择：人物、地点或时间。';
    const list = readMarkedList(chinese, ['人物', '地点', '时间'], chinese.length)!;
    const ways = listWays(chinese, list, createRandom(1));
    expect(ways).toContain('请选择：“人物”、“地点”或“时间”。');
    for (const text of ways) expect(text).not.toMatch(/[ ,"'0-9a-zA-Z]/);
  });
});
