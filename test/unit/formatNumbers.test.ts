import { describe, expect, it } from 'vitest';
import { bytes, count, duration, fraction, passTime, pValue, signed, textTable } from '../../src/formatNumbers';

describe('numbers for people', () => {
  it('have their groups, units and signs', () => {
    expect([count(1234567), count(999)]).toEqual(['1 234 567', '999']);
    expect([duration(0.42), duration(3.14), duration(42), duration(99.7), duration(3725)]).toEqual([
      '0.42 s',
      '3.1 s',
      '42 s',
      '1 min 40 s',
      '62 min 05 s',
    ]);
    expect([passTime(2.55), passTime(0.0871), passTime(0.000943)]).toEqual(['2.5 s', '87 ms', '0.94 ms']);
    expect([bytes(0), bytes(1200), bytes(123456789), bytes(2.5e9)]).toEqual(['0 kB', '2 kB', '123 MB', '2.50 GB']);
    expect([signed(0.25), signed(-0.25), signed(0)]).toEqual(['+0.250', '−0.250', '+0.000']);
    expect([pValue(0.0004), pValue(0.04)]).toEqual(['p < 0.001', 'p = 0.040']);
    expect(fraction(NaN)).toBe('–');
  });
});

describe('a text table', () => {
  it('aligns its columns and ends no line in spaces', () => {
    expect(
      textTable(
        [
          ['a', '1', 'x'],
          ['long', '22'],
        ],
        ['left', 'right', 'left'],
      ),
    ).toBe('a      1  x\nlong  22');
  });
});
