import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber, isExact, parseJson, writeJson } from '../../../src/data/exactNumber';
import { valueText } from '../../../src/data/valueText';

describe('a number of a file', () => {
  it('stays as it is written where a double would round it', () => {
    const text =
      '{"a":12345678901234567890,"b":[1e400,-9007199254740993],"c":0.12345678901234567890,"d":"1234567890123456789"}';
    const value = parseJson(text) as Record<string, unknown>;
    expect(valueText(value.a)).toBe('12345678901234567890');
    expect(valueText(value.b)).toBe('1e400,-9007199254740993');
    expect(valueText(value.c)).toBe('0.12345678901234567890');
    expect(value.d).toBe('1234567890123456789');
    expect(writeJson(value)).toBe(text);
  });

  it('is a plain number where a double holds it', () => {
    for (const text of [
      '0',
      '-0',
      '1.0',
      '1.50',
      '9007199254740992',
      '0.30000000000000004',
      '1e21',
      '5e-324',
      '100e-2',
    ])
      expect(typeof parseJson(text), text).toBe('number');
  });

  it('is exact if and only if big integers say that nothing is lost', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (whole) => {
        const kept = valueText(parseJson(String(whole)));
        const digits = (text: string) => text.replace(/0+$/, '');
        const double = String(Number(whole));
        // A double of many digits is written with an exponent, or with zeros for digits that it has not.
        const same = !double.includes('e') && digits(double) === digits(String(whole));
        if (same) expect(kept).toBe(String(whole));
        else expect(isExact(String(whole)) ? BigInt(Number(kept)) : BigInt(kept)).toBe(whole);
      }),
    );
  });

  it('reads whatever JSON.parse reads, and writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(writeJson(parseJson(text), 2)).toBe(JSON.stringify(JSON.parse(text), null, 2));
      }),
    );
    expect(() => parseJson('{"a":12345678901234567890')).toThrow(SyntaxError);
  });
});

describe('a value as text', () => {
  it('is JSON for objects and for lists that hold some', () => {
    expect(valueText({ body: 'a "film"', n: [1, null] })).toBe('{"body":"a \\"film\\"","n":[1,null]}');
    expect(valueText([{ a: new ExactNumber('12345678901234567890') }])).toBe('[{"a":12345678901234567890}]');
  });

  it('is what Handlebars writes for everything else', () => {
    expect([null, undefined, true, false, 0, -0, 1.5, 'x', ['a', 1], [[1, 2], 3], []].map(valueText)).toEqual([
      '',
      '',
      'true',
      'false',
      '0',
      '0',
      '1.5',
      'x',
      'a,1',
      '1,2,3',
      '',
    ]);
  });
});
