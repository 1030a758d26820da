import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closestText, wordDifference } from '../../src/wordDifference';

const told = (before: string, after: string): string =>
  wordDifference(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'del' ? `[-${text}-]` : `{+${text}+}`))
    .join('');

const textOf = (kinds: readonly string[], before: string, after: string): string =>
  wordDifference(before, after)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join('');

describe('the difference of two texts', () => {
  it('is told in whole words where words are parted by spaces, whatever their script', () => {
    expect(told('the cold pizza', 'the hot pizza')).toBe('the [-cold-]{+hot+} pizza');
    expect(told('холодная пицца', 'горячая пицца')).toBe('[-холодная-]{+горячая+} пицца');
    expect(told('κρύα πίτσα.', 'κρύα σούπα.')).toBe('κρύα [-πίτσα-]{+σούπα+}.');
    expect(told('नमस्ते दुनिया', 'नमस्ते भारत')).toBe('नमस्ते [-दुनिया-]{+भारत+}');
  });

  it('is told in characters where a script puts no spaces between words', () => {
    expect(told('我喜欢冷披萨', '我喜欢热披萨')).toBe('我喜欢[-冷-]{+热+}披萨');
    expect(told('ラーメンが好き', 'ラーメンが嫌い')).toBe('ラーメンが[-好き-]{+嫌い+}');
    expect(told('ที่นี่', 'ที่โน่น')).toContain('ที่');
  });

  it('parts no character that a person sees as one', () => {
    expect(told('👩‍👩‍👧', '👩‍👩‍👦')).toBe('[-👩‍👩‍👧-]{+👩‍👩‍👦+}');
    expect(told('🇩🇪', '🇩🇰')).toBe('[-🇩🇪-]{+🇩🇰+}');
    expect(told('cafe\u0301', 'cafe')).toBe('[-cafe\u0301-]{+cafe+}');
  });

  it('holds all of both texts', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('a', 'b', ' ', '.', '\n', '\r\n', '热', 'é'), { maxLength: 60 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(textOf(['same', 'del'], before, after)).toBe(before);
        expect(textOf(['same', 'ins'], before, after)).toBe(after);
      }),
    );
  });

  it('is told in sentences, then as wholes, where too much differs to be told in words', () => {
    const words = (name: string, count: number): string => Array.from({ length: count }, (_, i) => name + i).join(' ');
    const [before, after] = [`Same. ${words('a', 4000)}. Same.`, `Same. ${words('b', 4000)}. Same.`];
    const pieces = wordDifference(before, after);
    expect(pieces.filter(({ kind }) => kind === 'same').map(({ text }) => text.trim())).toEqual(['Same.', 'Same.']);
    expect(textOf(['same', 'del'], before, after)).toBe(before);
    const lines = (name: string): string => words(name, 40_000).replaceAll(' ', '\n');
    expect(wordDifference(lines('a'), lines('b')).map(({ kind }) => kind)).toEqual(['del', 'ins']);
  });

  it('of thousands of words is told word by word where few differ', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `w${i % 97}`);
    const before = words.join(' ');
    words[7000] = 'other';
    expect(wordDifference(before, words.join(' ')).map(({ kind }) => kind)).toEqual(['same', 'del', 'ins', 'same']);
  });
});

describe('the closest of several texts', () => {
  it('has most words in common, in whatever order; of equals it is the first', () => {
    expect(closestText('a cold pizza', ['something else', 'the pizza was cold', 'a hot soup'])).toBe(
      'the pizza was cold',
    );
    expect(closestText('nothing', ['one', 'two'])).toBe('one');
    expect(closestText('我喜欢热披萨', ['天气很好', '他喜欢披萨'])).toBe('他喜欢披萨');
    expect(closestText('', ['something', ''])).toBe('');
    expect(closestText(' a b', ['b a', 'a b'])).toBe('a b');
  });
});
