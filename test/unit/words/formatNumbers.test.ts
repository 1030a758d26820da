import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  bytesRange,
  count,
  decimals,
  duration,
  fraction,
  interval,
  learningRate,
  meanCount,
  percent,
  percentDone,
  perSecond,
  plainNumber,
  pNumber,
  pValue,
  roughDuration,
  shortCount,
  shortFraction,
  shortLoss,
  shortSigned,
  signed,
  signedInterval,
} from '../../../src/words/formatNumbers';

describe('numbers for people', () => {
  it('have a true minus, and no sign where they round to zero', () => {
    expect([0.12, -0.034, -0.0001, 0].map(signed)).toEqual(['+0.120', '−0.034', '0.000', '0.000']);
    expect([shortSigned(0.125), shortSigned(-0.004), shortSigned(-0.5)]).toEqual(['+0.13', '0.00', '−0.50']);
    expect([fraction(-0.25), decimals(-2.5, 1), plainNumber(-0.1)]).toEqual(['−0.250', '−2.5', '−0.1']);
  });

  it('are a dash where there is none', () => {
    expect([NaN, null, undefined].map(fraction)).toEqual(['–', '–', '–']);
    const others = [signed(null), interval(null), duration(undefined), shortFraction(Infinity)];
    expect(others).toEqual(['–', '–', '–', '–']);
  });

  it('have intervals that tell an accuracy from a difference', () => {
    expect(interval([0.7424, 0.896])).toBe('0.742–0.896');
    expect(signedInterval([-0.008, 0.067])).toBe('[−0.008, +0.067]');
  });

  it('have a p that is never nothing', () => {
    expect([0.0004, 0.0131].map(pValue)).toEqual(['p < 0.001', 'p = 0.013']);
    expect([0.0004, 0.0131].map(pNumber)).toEqual(['< 0.001', '0.013']);
  });

  it('have their thousands apart', () => {
    expect([1234567, 999, 3.5].map(count)).toEqual(['1,234,567', '999', '4']);
    expect([31.44, 1234.5].map(meanCount)).toEqual(['31.4', '1,235']);
    expect([3.46, 12.3, 1240].map(perSecond)).toEqual(['3.5', '12', '1,240']);
    expect([500, 12_345, 20_000, 1_500_000].map(shortCount)).toEqual(['500', '12345', '20k', '1.5M']);
  });

  it('keep two or three significant digits of a loss, and say what is not a number', () => {
    expect([0, 0.0432, 0.512, 12.345, 345.6, NaN].map(shortLoss)).toEqual([
      '0.00',
      '0.043',
      '0.51',
      '12.3',
      '346',
      'NaN',
    ]);
  });

  it('have learning rates without needless zeros', () => {
    expect([0, 0.3, 0.0012345, 0.000025].map(learningRate)).toEqual(['0', '0.3', '0.00123', '2.5e-5']);
  });

  it('have shares in percent; nothing is done before it is', () => {
    expect([percent(0.925), percent(1), percentDone(299, 300), percentDone(300, 300)]).toEqual([
      '93 %',
      '100 %',
      '99 %',
      '100 %',
    ]);
  });

  it('have durations at the precision that matters', () => {
    expect([0, 0.000943, 0.0061, 0.0871, 0.0996, 0.42, 0.999, 3.14, 42].map(duration)).toEqual([
      '0 s',
      '0.94 ms',
      '6.1 ms',
      '87 ms',
      '0.10 s',
      '0.42 s',
      '1.0 s',
      '3.1 s',
      '42 s',
    ]);
    expect([99.7, 185.2, 3599.7, 3725, 36_000].map(duration)).toEqual([
      '1 min 40 s',
      '3 min 05 s',
      '1 h 00 min',
      '1 h 02 min',
      '10 h 00 min',
    ]);
    expect([0.14, 62, 850, 7325].map(roughDuration)).toEqual(['0.14 s', '62 s', '14 min', '2 h 02 min']);
  });

  it('have sizes in decimal units', () => {
    expect([0, 512, 21_963, 999_600, 4.2e6, 9.96e6, 123_456_789, 999.6e6, 2.5e9].map(bytes)).toEqual([
      '0 B',
      '512 B',
      '22 kB',
      '1.0 MB',
      '4.2 MB',
      '10 MB',
      '123 MB',
      '1.00 GB',
      '2.50 GB',
    ]);
    expect([bytesRange(468e6, 612e6), bytesRange(9e8, 1.26e9)]).toEqual(['470–610 MB', '0.9–1.3 GB']);
  });

  it('never read lower where they are larger', () => {
    const units: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };
    const valueOf = (text: string) => Number(text.split(' ')[0]) * units[text.split(' ')[1]!]!;
    const size = fc.double({ min: 0, max: 1e13, noNaN: true });
    fc.assert(
      fc.property(size, size, (a, b) => {
        expect(valueOf(bytes(Math.min(a, b)))).toBeLessThanOrEqual(valueOf(bytes(Math.max(a, b))));
      }),
    );
  });
});
