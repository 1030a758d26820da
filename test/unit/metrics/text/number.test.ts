import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricOptions } from '../../../../src/metrics/metricSetting';
import { openMetric } from '../../../../src/metrics/openMetric';

const score = (answer: string, reference: string | readonly string[], options: MetricOptions['number'] = {}) =>
  openMetric({ kind: 'number', name: 'number', ...options }).score(answer, [reference].flat());

const value = (...parameters: Parameters<typeof score>): number | undefined => {
  const scored = score(...parameters);
  return 'error' in scored ? undefined : scored.value;
};

describe('number', () => {
  it.each([
    ['42', '42'],
    ['42.0', '42'],
    ['The answer is 42.', '42'],
    ['$1,234.50', '1234.5'],
    ['-3', '-3.0'],
    ['\u22123', '-3'],
    ['.5', '0.5'],
    ['1e3', '1000'],
    ['1E-2', '0.01'],
    ['10kg', '10'],
    ['COVID-19', '19'],
    ['+7', '7'],
    ['(12)', '12'],
    ['B2B: 7', '7'],
    ['9007199254740993', '9007199254740993'],
  ])('reads %j as %j', (answer, reference) => {
    expect(value(answer, reference)).toBe(1);
  });

  it.each([
    ['9007199254740993', '9007199254740992'],
    ['0.1000000000000000055', '0.1'],
    ['-42', '42'],
    ['none', '42'],
    ['', '0'],
    ['B2B', '2'],
    ['1,5', '1.5'],
    ['1,5', '15'],
    ['1.2.3', '1.2'],
    ['2020-01-02', '2020'],
    ['12,34', '1234'],
  ])('does not take %j for %j', (answer, reference) => {
    expect(value(answer, reference)).toBe(0);
  });

  it('chooses among several numbers only when it is told which', () => {
    expect(score('6 times 7 is 42', '42')).toMatchObject({ value: 0, reason: 'The answer has 3 numbers.' });
    expect(score('6 times 7 is 42', '42', { find: 'last' })).toMatchObject({ value: 1, reason: 'Read as 42.' });
    expect(score('6 times 7 is 42', '6', { find: 'first' })).toMatchObject({ value: 1, reason: 'Read as 6.' });
  });

  it('has tolerances that do not round: the bound itself is within', () => {
    expect(value('1.1', '1', { absolute: 0.1 })).toBe(1);
    expect(value('0.3', '0.2', { absolute: 0.1 })).toBe(1);
    expect(value('1.1000001', '1', { absolute: 0.1 })).toBe(0);
    expect(value('103', '100', { relative: 0.03 })).toBe(1);
    expect(value('-103', '-100', { relative: 0.03 })).toBe(1);
    expect(value('103.1', '100', { relative: 0.03 })).toBe(0);
    expect(value('0.001', '0', { relative: 0.5 })).toBe(0);
    expect(value('0.001', '0', { relative: 0.5, absolute: 0.01 })).toBe(1);
  });

  it('takes the nearest of several references', () => {
    expect(value('7', ['3', '7'])).toBe(1);
  });

  it('says of an expected answer that is no number that the row cannot be judged', () => {
    expect(score('7', 'seven')).toEqual({ error: 'The expected answer "seven" is no number.' });
    expect(score('7', '7 of 8')).toEqual({ error: 'The expected answer "7 of 8" has several numbers.' });
    expect(score('7', '1,5')).toEqual({ error: 'The expected answer "1,5" is no number.' });
  });

  it('can ask for the contrary', () => {
    expect([value('7', '7', { not: true }), value('8', '7', { not: true })]).toEqual([0, 1]);
  });

  it('is not stopped by a number of a million digits', () => {
    expect(value('9'.repeat(100_000), '1')).toBe(0);
    expect(value('1e999999999', '1')).toBe(0);
  });

  it('finds every number in any sentence, however it is written', () => {
    const written = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
    fc.assert(
      fc.property(
        written,
        fc.constantFrom('It is ', '= ', '($', ''),
        fc.constantFrom('.', ' kg', '%', ')', ''),
        (number, before, after) => {
          expect(value(before + number + after, number)).toBe(1);
        },
      ),
    );
  });

  it('has the same distance both ways', () => {
    const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map(String);
    fc.assert(
      fc.property(number, number, fc.double({ min: 0, max: 1e6, noNaN: true }), (a, b, absolute) => {
        expect(value(a, b, { absolute })).toBe(value(b, a, { absolute }));
      }),
    );
  });
});
