import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTokenizer } from '../../../../src/model/tokenizer/tokenizer';
import { tokensApart, tokensInPlace, tokensInText } from '../../../../src/template/text/tokensInPlace';
import { models } from '../../../support/paths';

type Record = Readonly<{ [name: string]: unknown }>;

const encoderOf = (file: string): ((text: string) => readonly number[]) => {
  const definition = JSON.parse(readFileSync(file, 'utf8')) as Record;
  const tokenizer = makeTokenizer({ definition, settings: {} }, { file, vocabularySize: 1e6 });
  return (text) => tokenizer.encode(text, false);
};

/** One that puts ▁ before any text, one whose tokens are bytes, one of whole words. */
const encoders = {
  stories: encoderOf(join(models, 'reference/tokenizer.json')),
  bytes: encoderOf('media/models/prompt-tuner-base/tokenizer.json'),
  words: encoderOf(join(models, 'masked/tokenizer.json')),
};

describe('tokens in their place', () => {
  // Hugging Face's tokenizers: both texts encoded as one, ids from the first that differs.
  it.each([
    ['stories', 'She was so', ' happy', 0, [393]],
    ['stories', 'She was so', 'happy', 0, [415, 412, 339, 422]],
    ['stories', 'She was so ', 'happy', 1, [393]],
    ['stories', 'Label:', 'good', 0, [428, 347, 418]],
    ['stories', 'Label:\n', ' good', 0, [298, 347, 418]],
    ['stories', 'Label:\n', '\ngood', 0, [13, 428, 347, 418]],
    ['stories', '', 'happy', 0, [393]],
    ['stories', 'the end ', ' is', 0, [410, 293]],
    ['bytes', 'She was so', ' happy', 0, [1831]],
    ['bytes', 'She was so ', 'happy', 1, [1831]],
    ['bytes', 'Label:', 'good', 0, [71, 460]],
    ['bytes', 'Label:\n', '\ngood', 0, [199, 71, 460]],
    ['bytes', 'the end ', ' is', 0, [351]],
    ['words', 'She was so', ' happy', 0, [1]],
    ['words', 'Label:\n', 'good', 0, [5]],
  ] as const)('%s: %j, %j', (name, before, text, merged, tokens) => {
    expect(tokensInPlace(before, text, encoders[name])).toEqual({ merged, tokens });
  });

  const piece = fc.stringMatching(/^[a-zA-Z :\n.é▁😀]{0,12}$/u);

  it.each(Object.entries(encoders))('of %s continue what stands before as one text does', (_, encode) => {
    fc.assert(
      fc.property(piece, piece, (before, text) => {
        const known = encode(before);
        const { merged, tokens } = tokensInPlace(before, text, encode);
        const whole = encode(before + text);
        expect([...known.slice(0, known.length - merged), ...tokens]).toEqual(whole);
        if (merged > 0 && tokens.length > 0) expect(tokens[0]).not.toBe(known[known.length - merged]);
      }),
    );
  });

  it('stand apart where masks and virtual tokens do: what stands before stays', () => {
    expect(tokensApart('She was so', ' happy', encoders.stories)).toEqual([393]);
    expect(tokensApart('She was so ', 'happy', encoders.stories)).toEqual(encoders.stories('happy'));
    // Together both are one unknown word.
    expect(tokensApart('She was so', 'happy', encoders.words)).toEqual(encoders.words('happy'));
  });

  it('of words in a text have one space before them', () => {
    expect(tokensInText('happy', encoders.stories)).toEqual([393]);
    expect(tokensInText('happy', encoders.bytes)).toEqual([1831]);
  });
});
