import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLetters, bytesOfToken, utf8 } from '../../../../src/model/tokenizer/bytes';

describe('the letters of bytes', () => {
  it.each([
    ['', ''],
    ['a b', 'aĠb'],
    ['\n\t', 'Ċĉ'],
    ['é', 'Ã©'],
    ['a é', 'aĠÃ©'],
  ])('of %j are %j', (text, letters) => {
    expect(byteLetters(text)).toBe(letters);
  });

  it('stand for the bytes of the text, be it ASCII or not', () => {
    const ascii = fc.string({ unit: 'binary-ascii' });
    fc.assert(
      fc.property(fc.oneof(ascii, fc.string({ unit: 'binary' })), (text) => {
        expect([...bytesOfToken(byteLetters(text))]).toEqual([...utf8(text)]);
      }),
    );
  });
});
