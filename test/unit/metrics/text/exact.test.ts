import { describe, expect, it } from 'vitest';
import { exactMetric } from '../../../../src/metrics/text/exact';
import { normaliseAnswer, squad } from '../../../../src/metrics/text/normaliseAnswer';
import { recordedTexts } from '../../../support/metrics/texts';

const exact = exactMetric({ kind: 'exact', name: 'exact' });
const asSquad = exactMetric({ kind: 'exact', name: 'exact', ...squad });

describe('exact', () => {
  it.each(recordedTexts.pairs)('compares code point by code point, and as SQuAD does: $id', (pair) => {
    expect(exact.score(pair.prediction, pair.references)).toEqual({ value: pair.exact, counts: [pair.exact, 1] });
    expect(asSquad.score(pair.prediction, pair.references)).toMatchObject({ value: pair.squadExact });
  });

  it.each(recordedTexts.steps)('normalises as SQuAD: $text', ({ text, squad: normalised }) => {
    expect(normaliseAnswer(text, squad)).toBe(normalised);
  });

  it('makes alike only what it is told to', () => {
    expect(normaliseAnswer(' The  U.S.A. ', {})).toBe(' The  U.S.A. ');
    expect(normaliseAnswer(' The  U.S.A. ', { ignoreCase: true })).toBe('the u.s.a.');
    expect(normaliseAnswer(' The  U.S.A. ', { ignorePunctuation: true })).toBe('The USA');
    expect(normaliseAnswer(' The  U.S. ', { articles: true })).toBe('U.S.');
  });

  it('has the share of its rows for a split', () => {
    expect(exact.value([3, 4])).toBe(0.75);
  });
});
