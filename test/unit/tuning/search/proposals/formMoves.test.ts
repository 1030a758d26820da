import { describe, expect, it } from 'vitest';
import { formMoves } from '../../../../../src/tuning/search/proposals/formMoves';
import { readOptionList } from '../../../../../src/tuning/search/text/optionList';

const movesOf = (source: string, names: readonly string[], { end = source.length, english = true } = {}) =>
  formMoves(source, { list: readOptionList(source, names, end), end, english });

describe('writing a text in another form', () => {
  it('exchanges its marks, leads up to the answers otherwise, and puts them in front', () => {
    const moves = movesOf('Say how it went: good or bad.', ['good', 'bad']);
    expect(moves).toEqual(
      expect.arrayContaining([
        'Say how it went: good or bad?',
        'Say how it went: good or bad',
        'Say how it went, good or bad.',
        'Say how it went. Good or bad.',
        'Say how it went: one of these: good or bad.',
        'Good or bad: say how it went.',
        'Task: say how it went: good or bad.',
      ]),
    );
    expect(moves).not.toContain('Say how it went: good or bad.');
  });

  it('puts each sentence on a line, and takes an opening away again', () => {
    expect(movesOf('Be brief. Say how it went.', [])).toContain('Be brief.\nSay how it went.');
    expect(movesOf('Task: say how it went.', [])).toContain('Say how it went.');
  });

  it('adds no English to other languages, and writes their marks', () => {
    const moves = movesOf('这一天过得怎么样：好或坏？', ['好', '坏'], { english: false });
    expect(moves).toContain('这一天过得怎么样：好或坏。');
    expect(moves).toContain('这一天过得怎么样，好或坏？');
    for (const text of moves) expect(text).not.toMatch(/[a-z ?.,:]/i);
  });

  it('leaves the format alone', () => {
    const source = 'Say how it went.\nText: ';
    const moves = movesOf(source, [], { end: 'Say how it went.\n'.length });
    expect(moves.length).toBeGreaterThan(0);
    for (const text of moves) expect(text).toMatch(/\nText: $/);
  });
});
