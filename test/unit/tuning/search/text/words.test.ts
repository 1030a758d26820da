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
        '请用一个词说明，',
        '「天气」。',
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

describe('an instruction in Chinese', () => {
  const source = '请说明这封信是关于什么的：钱，还是「邮件」？';

  it('is cut into words, whose full-width punctuation stays with them', () => {
    const { words } = read(source);
    expect(words.map(({ core }) => core).join('')).toBe(source.replace(/[：，「」？]/g, ''));
    expect(words.length).toBeGreaterThan(6);
    expect(words.find(({ core }) => core.endsWith('钱'))!.after).toBe('，');
    expect(words.at(-1)).toMatchObject({ before: '「', after: '」？' });
  });

  it('gets no spaces by edits, and keeps its punctuation', () => {
    const sentence = read('请说明天气。');
    const last = sentence.words.length - 1;
    expect(written(exchange(sentence, last, last + 1, ['心情']))).toBe('请说明心情。');
    expect(written(exchange(sentence, last, last, ['今日', '的']))).toBe('请说明今日的天气。');
    expect(written(exchange(sentence, last, last + 1, []))).toMatch(/^请说明?。$/);
  });

  it('may hold words with spaces around them', () => {
    const sentence = read('请用 English 回答');
    const at = sentence.words.findIndex(({ core }) => core === 'English');
    expect(written(exchange(sentence, at, at + 1, ['French']))).toBe('请用 French 回答');
  });

  it('keeps all of its letters whatever is swapped', () => {
    const sentence = read(source);
    sentence.words.forEach((_, i) => {
      const swapped = written(swap(sentence, i));
      if (swapped === undefined) return;
      expect([...swapped].sort()).toEqual([...source].sort());
      expect(swapped).not.toContain(' ');
    });
  });

  it('is compared word by word', () => {
    expect(changedWords('请说明天气。', '请说明心情。')).toEqual({ before: '天气', after: '心情' });
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
