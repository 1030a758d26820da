import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTokenizer, type Tokenizer } from '../../../src/model/tokenizer/tokenizer';
import { openWordPlacer } from '../../../src/objective/wordsInPlace';
import { answersBehind, type AnswerContext } from '../../../src/template/render/words/answerTokens';
import { models } from '../../support/running/paths';

const tokenizerOf = (file: string): Tokenizer =>
  makeTokenizer(
    { definition: JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>, settings: {} },
    { file, vocabularySize: 1e6 },
  );
const stories = tokenizerOf(join(models, 'reference/tokenizer.json'));
const bytes = tokenizerOf('media/models/prompt-tuner-base/tokenizer.json');

const contextOf = (tokenizer: Tokenizer, text: string): AnswerContext => ({
  text,
  tokens: tokenizer.encode(text, false),
  encode: (other) => tokenizer.encode(other, false),
});

describe('words behind prompts', () => {
  const words = [
    [' happy', 'happy'],
    [' sad', 'ly'],
    ['\nno', ' '],
  ];
  const text = fc
    .array(fc.constantFrom('a', 'ha', 'happ', ' ', '  ', '\n', ':', '.', 'The', ' so', 'é', '12', '▁', '😀'), {
      maxLength: 14,
    })
    .map((parts) => parts.join(''));

  it.each([
    ['with ▁ before any text', stories],
    ['of bytes', bytes],
  ])('are those of each prompt alone, whatever was encoded before: %s', (_, tokenizer) => {
    const place = openWordPlacer(words, tokenizer);
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 6 }), (prompts) => {
        for (const prompt of prompts) {
          const context = contextOf(tokenizer, prompt);
          expect(place(context)).toEqual(words.map((list) => list.map(answersBehind(context, tokenizer))));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are one record for all prompts that end alike, and are encoded once', () => {
    let encoded = 0;
    const counting = {
      ...bytes,
      encode: (part: string, special: boolean) => {
        encoded++;
        return bytes.encode(part, special);
      },
    };
    const labels = Array.from({ length: 77 }, (_, label) => [` label ${label}`]);
    const place = openWordPlacer(labels, counting);
    const records = Array.from({ length: 100 }, (_, row) =>
      place(contextOf(bytes, `Row ${row} says so.\nIt is about`)),
    );
    expect(new Set(records).size).toBe(1);
    expect(encoded).toBeLessThan(77 + 101);
  });
});
