import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metric, Score } from '../../../../src/metrics/metric';
import { openMetric, type TextMetricSetting } from '../../../../src/metrics/openMetric';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('the', 'cat', 'Cat', 'sat', '.', '你', '好', '1,5', "don't"), { maxLength: 12 })
    .map((words) => words.join(' ')),
);
const references = fc.array(text, { minLength: 1, maxLength: 3 });

const settings: readonly TextMetricSetting[] = [
  { kind: 'exact', name: 'exact' },
  { kind: 'exact', name: 'squad', ignoreCase: true, ignorePunctuation: true, articles: true },
  { kind: 'f1', name: 'f1' },
  { kind: 'rouge1', name: 'rouge1' },
  { kind: 'rouge2', name: 'rouge2' },
  { kind: 'rougeL', name: 'rougeL' },
  { kind: 'bleu', name: 'bleu' },
  { kind: 'bleu', name: 'bleuZh', tokenise: 'zh' },
  { kind: 'chrf', name: 'chrf' },
  { kind: 'chrf', name: 'chrfpp', wordOrder: 2 },
  { kind: 'contains', name: 'contains' },
  { kind: 'startsWith', name: 'startsWith' },
  { kind: 'levenshtein', name: 'levenshtein' },
  { kind: 'similarity', name: 'similarity' },
  { kind: 'length', name: 'length' },
];

const opened = settings.map((setting) => openMetric(setting));
const named = (...names: readonly string[]): readonly Metric[] => opened.filter(({ name }) => names.includes(name));
const score = (metric: Metric, answer: string, expected: readonly string[]): Score =>
  metric.score(answer, expected) as Score;

/** Rounding of a mean of a few quotients. */
const rounding = 1e-9;

describe('every metric of texts', () => {
  it.each(opened)('stays on its scale: $name', (metric) => {
    const most = { share: 1, hundred: 100, count: Infinity }[metric.scale];
    fc.assert(
      fc.property(text, references, (answer, expected) => {
        const { value } = score(metric, answer, expected);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(most + rounding);
        if (metric.binary) expect([0, 1]).toContain(value);
      }),
    );
  });

  it.each(opened)('has as many counts for every row, and the same score every time: $name', (metric) => {
    fc.assert(
      fc.property(text, references, (answer, expected) => {
        const first = score(metric, answer, expected);
        expect(first.counts).toHaveLength(score(metric, '', ['']).counts.length);
        expect(first.counts.every((count) => Number.isFinite(count) && count >= 0)).toBe(true);
        expect(score(metric, answer, expected)).toEqual(first);
      }),
    );
  });

  it.each(opened.filter(({ name }) => !name.startsWith('bleu')))(
    'has for a split of one row its score: $name',
    (metric) => {
      fc.assert(
        fc.property(text, references, (answer, expected) => {
          const { value, counts } = score(metric, answer, expected);
          expect(metric.value(counts)).toBeCloseTo(value, 9);
        }),
      );
    },
  );

  it.each(named('exact', 'squad', 'f1', 'rouge1', 'rouge2', 'rougeL', 'levenshtein', 'similarity'))(
    'does not mind which side is the answer: $name',
    (metric) => {
      fc.assert(
        fc.property(text, text, (a, b) => {
          expect(score(metric, a, [b]).value).toBeCloseTo(score(metric, b, [a]).value, 9);
        }),
      );
    },
  );

  it.each(named('exact', 'squad', 'f1', 'contains', 'startsWith', 'similarity'))(
    'is at its best for the reference itself, whatever the text: $name',
    (metric) => {
      fc.assert(fc.property(text, (answer) => score(metric, answer, [answer]).value === 1));
    },
  );

  it.each(named('bleu', 'bleuZh', 'chrf', 'chrfpp'))(
    'is 100 for the reference itself, if it has words: $name',
    (metric) => {
      const words = fc.array(fc.constantFrom('cat', '你好', 'sat', "don't"), { minLength: 1, maxLength: 9 });
      fc.assert(
        fc.property(words, (list) => {
          const answer = list.join(' ');
          expect(score(metric, answer, [answer]).value).toBeCloseTo(100, 9);
        }),
      );
    },
  );

  it.each(named('exact', 'squad', 'f1', 'rouge1', 'rouge2', 'rougeL', 'chrf', 'chrfpp', 'contains', 'similarity'))(
    'takes the best of several references: $name',
    (metric) => {
      fc.assert(
        fc.property(text, references, (answer, expected) => {
          const alone = expected.map((reference) => score(metric, answer, [reference]).value);
          expect(score(metric, answer, expected).value).toBeCloseTo(Math.max(...alone), 9);
        }),
      );
    },
  );

  it('clips several references of BLEU together', () => {
    const [bleu] = named('bleu');
    expect(score(bleu!, 'the cat', ['the', 'cat']).counts.slice(0, 2)).toEqual([2, 0]);
    expect(score(bleu!, 'the the', ['the', 'the']).counts.slice(0, 2)).toEqual([1, 0]);
  });

  it('counts the edits of code points', () => {
    const [edits] = named('levenshtein');
    expect(score(edits!, '🙂', ['🙃']).value).toBe(1);
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const between = (x: string, y: string): number => score(edits!, x, [y]).value;
        expect(between(a, c)).toBeLessThanOrEqual(between(a, b) + between(b, c));
        expect(between(a, b) === 0).toBe(a === b);
        expect(between(a, b)).toBeLessThanOrEqual(Math.max([...a].length, [...b].length));
      }),
    );
  });
});
