import { describe, expect, it } from 'vitest';
import { inSentence } from '../../../src/scoring/metricFace';

describe('the title of a metric within a sentence', () => {
  it.each([
    ['Accuracy', 'accuracy'],
    ['Exact match', 'exact match'],
    ['Token F1', 'token F1'],
    ['Length in words', 'length in words'],
    ['ROUGE-L', 'ROUGE-L'],
    ['BLEU', 'BLEU'],
    ['chrF', 'chrF'],
    ['JSON fields F1', 'JSON fields F1'],
    ['Übereinstimmung', 'übereinstimmung'],
    ['McNemar', 'McNemar'],
    ['礼貌', '礼貌'],
  ])('is for %s: %s', (title, within) => {
    expect(inSentence(title)).toBe(within);
  });
});
