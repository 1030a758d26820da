import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTokenizer } from '../../../../src/model/tokenizer/tokenizer';
import { tokensApart, tokensInPlace, tokensInText } from '../../../../src/template/text/tokensInPlace';
import { models } from '../../../support/running/paths';

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
    { name: 'stories', before: 'She was so', text: ' happy', merged: 0, tokens: [393] },
    { name: 'stories', before: 'She was so', text: 'happy', merged: 0, tokens: [415, 412, 339, 422] },
    { name: 'stories', before: 'She was so ', text: 'happy', merged: 1, tokens: [393] },
    { name: 'stories', before: 'Label:', text: 'good', merged: 0, tokens: [428, 347, 418] },
    { name: 'stories', before: 'Label:\n', text: ' good', merged: 0, tokens: [298, 347, 418] },
    { name: 'stories', before: 'Label:\n', text: '\ngood', merged: 0, tokens: [13, 428, 347, 418] },
    { name: 'stories', before: '', text: 'happy', merged: 0, tokens: [393] },
    { name: 'stories', before: 'the end ', text: ' is', merged: 0, tokens: [410, 293] },
    { name: 'bytes', before: 'She was so', text: ' happy', merged: 0, tokens: [1831] },
    { name: 'bytes', before: 'She was so ', text: 'happy', merged: 1, tokens: [1831] },
    { name: 'bytes', before: 'Label:', text: 'good', merged: 0, tokens: [71, 460] },
    { name: 'bytes', before: 'Label:\n', text: '\ngood', merged: 0, tokens: [199, 71, 460] },
    { name: 'bytes', before: 'the end ', text: ' is', merged: 0, tokens: [351] },
    { name: 'words', before: 'She was so', text: ' happy', merged: 0, tokens: [1] },
    { name: 'words', before: 'Label:\n', text: 'good', merged: 0, tokens: [5] },
  ] as const)('$name: $before, $text', ({ name, before, text, merged, tokens }) => {
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
