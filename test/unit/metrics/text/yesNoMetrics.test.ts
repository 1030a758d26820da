import { describe, expect, it } from 'vitest';
import { openMetric, type TextMetricSetting } from '../../../../src/metrics/openMetric';
import { patternProblem } from '../../../../src/metrics/text/regex';

const score = (setting: TextMetricSetting, answer: string, references: readonly string[] = []) =>
  openMetric(setting).score(answer, references);

const value = (...parameters: Parameters<typeof score>): number | undefined => {
  const scored = score(...parameters);
  return 'error' in scored ? undefined : scored.value;
};

describe('contains and startsWith', () => {
  const contains = { kind: 'contains', name: 'contains' } as const;
  const startsWith = { kind: 'startsWith', name: 'startsWith' } as const;

  it('look for any reference where no texts are named', () => {
    expect(value(contains, 'It is Paris.', ['Paris'])).toBe(1);
    expect(value(contains, 'It is Paris.', ['Rome', 'Paris'])).toBe(1);
    expect(value(contains, 'It is paris.', ['Paris'])).toBe(0);
    expect(value(startsWith, 'Paris it is', ['Rome', 'Paris'])).toBe(1);
    expect(value(startsWith, 'It is Paris', ['Paris'])).toBe(0);
    expect(score(contains, 'It is Paris.')).toEqual({ error: 'The row has no expected answer.' });
  });

  it('look for all named texts, or for any of them', () => {
    const texts = ['Dear', 'regards'];
    expect(value({ ...contains, texts }, 'Dear Anna, regards')).toBe(1);
    expect(value({ ...contains, texts }, 'Dear Anna')).toBe(0);
    expect(value({ ...contains, texts, need: 'any' }, 'Dear Anna')).toBe(1);
    expect(value({ ...startsWith, texts }, 'regards')).toBe(1);
  });

  it('need no reference where texts are named', () => {
    expect(openMetric(contains).needsReference).toBe(true);
    expect(openMetric({ ...contains, texts: ['a'] }).needsReference).toBe(false);
  });

  it('ignore case, and ask for the contrary', () => {
    expect(value({ ...contains, texts: ['PARIS'], ignoreCase: true }, 'paris')).toBe(1);
    expect(value({ ...contains, texts: ['sorry'], not: true }, 'Of course.')).toBe(1);
    expect(value({ ...startsWith, texts: ['sorry'], not: true, ignoreCase: true }, 'Sorry, no.')).toBe(0);
  });
});

describe('regex', () => {
  it.each(['^\\p{L}+', 'a\\P{Lu}', '\\u{1F600}', '\\\\\\p{L}'])(
    'has to say that it means characters: %s',
    (pattern) => {
      expect(patternProblem(pattern, undefined)).toMatch(/only with the flag u$/);
      expect(patternProblem(pattern, 'i')).toMatch(/only with the flag u$/);
      expect(patternProblem(pattern, 'u')).toBeUndefined();
      expect(patternProblem(pattern, 'iv')).toBeUndefined();
    },
  );

  it.each(['\\\\p{2}', 'p{2}', '[pu]{1}'])('needs no flag for letters that are meant: %s', (pattern) => {
    expect(patternProblem(pattern, undefined)).toBeUndefined();
  });

  const regex = (pattern: string, flags?: string) =>
    ({ kind: 'regex', name: 'regex', pattern, ...(flags !== undefined && { flags }) }) as const;

  it('matches anywhere, with the flags that are written, the same way at every answer', () => {
    expect(value(regex('\\d{4}'), 'in 1984')).toBe(1);
    expect(value(regex('^\\d{4}$'), 'in 1984')).toBe(0);
    expect(value(regex('^DEAR', 'i'), 'dear')).toBe(1);
    const sticky = openMetric(regex('a', 'gy'));
    expect([1, 2, 3].map(() => sticky.score('a', []))).toEqual(Array(3).fill({ value: 1, counts: [1, 1] }));
  });

  it('gives up a pattern that tries every way to match, and goes on with the next answer', () => {
    const metric = openMetric(regex('^(a+)+$'));
    expect(metric.score(`${'a'.repeat(50)}!`, [])).toEqual({
      error: 'The pattern ^(a+)+$ was not through with this answer after a second: it tries too many ways to match.',
    });
    expect(metric.score('aaa', [])).toEqual({ value: 1, counts: [1, 1] });
  });

  it('has the reason of the engine for a pattern that is none', () => {
    expect(patternProblem('(', undefined)).toBe('Invalid regular expression: /(/: Unterminated group');
    expect(patternProblem('a', 'q')).toBe("Invalid flags supplied to RegExp constructor 'q'");
    expect(patternProblem('a', 'i')).toBeUndefined();
  });
});

describe('length', () => {
  it('counts words between white space, or code points', () => {
    expect(score({ kind: 'length', name: 'length' }, ' one  two\u00a0three\n')).toEqual({ value: 3, counts: [3, 1] });
    expect(value({ kind: 'length', name: 'length', unit: 'characters' }, '你好🙂')).toBe(3);
    expect(openMetric({ kind: 'length', name: 'length' })).toMatchObject({ better: 'neither', binary: false });
  });

  it('says whether a length is kept where there are bounds', () => {
    const kept = { kind: 'length', name: 'length', min: 2, max: 3 } as const;
    expect(['a', 'a b', 'a b c', 'a b c d'].map((answer) => value(kept, answer))).toEqual([0, 1, 1, 0]);
    expect(score(kept, 'a')).toMatchObject({ reason: '1 word.' });
    expect(openMetric(kept)).toMatchObject({ better: 'higher', binary: true, scale: 'share' });
  });
});
