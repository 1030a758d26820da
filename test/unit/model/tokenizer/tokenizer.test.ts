import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTokenizer, type Tokenizer } from '../../../../src/model/tokenizer/tokenizer';
import { support } from '../../../support/running/paths';

const vocab = { good: 0, bad: 1, film: 2, '[UNK]': 3 };

/** A vocabulary of whole words, as small test models and models of other things than text have it. */
function wholeWords(model: object, settings: object = {}): Tokenizer {
  const definition = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab, ...model },
  };
  return makeTokenizer(
    { definition, settings: settings as Readonly<Record<string, unknown>> },
    { file: 'tokenizer.json', vocabularySize: 4 },
  );
}

interface Recorded {
  readonly texts: readonly string[];
  readonly tokenizers: Readonly<
    Record<
      string,
      { readonly definition: Readonly<Record<string, unknown>>; readonly ids: readonly (readonly number[])[] }
    >
  >;
}

/** Random texts, and what Hugging Face's library makes of them; hubTokenizers.py beside this file wrote it. */
const recorded = JSON.parse(readFileSync(join(support, 'tokenizers', 'hubTokenizers.json'), 'utf8')) as Recorded;

describe('a tokenizer.json of the kind', () => {
  it.each(Object.entries(recorded.tokenizers))(
    "%s gives the ids of Hugging Face's library",
    (_, { definition, ids }) => {
      const tokenizer = makeTokenizer({ definition, settings: {} }, { file: 'tokenizer.json', vocabularySize: 1000 });
      recorded.texts.forEach((text, i) => expect(tokenizer.encode(text, false), JSON.stringify(text)).toEqual(ids[i]));
    },
  );
});

describe('a tokenizer of whole words', () => {
  it('takes its token for unknown words from tokenizer.json, whatever the settings say', () => {
    for (const settings of [{}, { unk_token: { content: '[UNK]' } }, { unk_token: '[UNK]' }]) {
      const tokenizer = wholeWords({ unk_token: '[UNK]' }, settings);
      expect(tokenizer.encode('good dull film', false)).toEqual([0, 3, 2]);
      expect(tokenizer.decode([0, 2])).toBe('good film');
    }
  });

  it('says which word it lacks where nothing stands for the unknown', () => {
    expect(wholeWords({}).encode('bad film', false)).toEqual([1, 2]);
    expect(() => wholeWords({}).encode('bad actor', false)).toThrow(
      expect.objectContaining({
        code: 'tokenizer-unknown',
        message: 'The tokenizer knows no token for "actor", nor one for what it does not know.',
      }),
    );
  });
});
