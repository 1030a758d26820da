import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSentence,
  changedWords,
  exchange,
  readWords,
  repetitions,
  swap,
  writeWords,
  type Sentence,
} from '../../../../../src/tuning/search/text/words';

const read = (source: string, locked: readonly string[] = []): Sentence =>
  readWords(source, (core) => !locked.includes(core));
const written = (sentence: Sentence | undefined): string | undefined => sentence && writeWords(sentence);

describe('an instruction cut into words', () => {
  it('is written back as it was', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'Say',
        'it',
        '(so)',
        '{{name}}',
        '{{#if a b}}',
        ' ',
        '  ',
        '\n',
        ',',
        '.',
        '"',
        '{',
        '}}',
        '你好',
        '—',
        '\\{{',
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const source = parts.join('');
        expect(writeWords(read(source))).toBe(source);
      }),
    );
  });

  it('locks tags, marks and the words it is told to', () => {
    const { words } = read('Say {{a name}}, or - bad!', ['bad']);
    expect(words.map(({ core, locked }) => [core, locked])).toEqual([
      ['Say', false],
      ['{{a name}},', true],
      ['or', false],
      ['-', true],
      ['bad', true],
    ]);
  });
});

describe('an edit', () => {
  it('keeps case, quotes, punctuation and line breaks around the words it changes', () => {
    expect(written(exchange(read('(Say it,\nnow.)'), 0, 1, ['tell', 'me']))).toBe('(Tell me it,\nnow.)');
    expect(written(exchange(read('Say it,\nnow.'), 1, 2, ['this']))).toBe('Say this,\nnow.');
    expect(written(exchange(read('Say it'), 1, 1, ['just']))).toBe('Say just it');
  });

  it('moves a full stop or a capital when it deletes the word that bears it', () => {
    expect(written(exchange(read('Say it now.'), 2, 3, []))).toBe('Say it.');
    expect(written(exchange(read('Please say it.'), 0, 1, []))).toBe('Say it.');
    expect(written(exchange(read('Stop. Say it.'), 0, 1, []))).toBeUndefined();
  });

  it('never touches a locked word, nor reaches over punctuation', () => {
    const sentence = read('Say good or bad, then stop.', ['good', 'bad']);
    sentence.words.forEach((_, from) =>
      [1, 2, 3]
        .filter((length) => from + length <= sentence.words.length)
        .forEach((length) => {
          for (const edited of [
            exchange(sentence, from, from + length, ['so']),
            exchange(sentence, from, from + length, []),
            swap(sentence, from),
          ]) {
            if (edited) expect(writeWords(edited)).toMatch(/\bgood\b.*\bbad,/);
          }
        }),
    );
    expect(exchange(read('Say it, now.'), 1, 3, ['so'])).toBeUndefined();
  });

  it('swaps neighbours inside a sentence only', () => {
    expect(written(swap(read('say it now.'), 1))).toBe('say now it.');
    expect(swap(read('Say it now.'), 0)).toBeUndefined();
  });

  it('adds a sentence once, and at the end only behind a finished one', () => {
    const sentence = read('\nSay it.\n');
    expect(written(addSentence(sentence, 'Be brief.', 'end'))).toBe('\nSay it. Be brief.\n');
    expect(written(addSentence(sentence, 'Be brief.', 'front'))).toBe('\nBe brief. Say it.\n');
    expect(addSentence(addSentence(sentence, 'Be brief.', 'end')!, 'Be brief.', 'front')).toBeUndefined();
    expect(addSentence(read('Say it:'), 'Be brief.', 'end')).toBeUndefined();
  });
});

describe('what is said of edits', () => {
  it('names the words that differ', () => {
    expect(changedWords('Say what it is.', 'Tell me what it is.')).toEqual({ before: 'Say', after: 'Tell me' });
    expect(changedWords('Say it now.', 'Say it.')).toEqual({ before: 'it now.', after: 'it.' });
    expect(changedWords('so it is', 'so it really is')).toEqual({ before: '', after: 'really' });
    expect(changedWords('a a', 'a a')).toEqual({ before: '', after: '' });
  });

  it('counts words that follow themselves and pairs that come back', () => {
    expect(repetitions(read('say it now'))).toBe(0);
    expect(repetitions(read('say the The word'))).toBe(1);
    expect(repetitions(read('of the man of the house'))).toBe(1);
  });
});
