import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PartRecord } from '../../../../src/model/tokenizer/parts';
import { openPipeline } from '../../../../src/model/tokenizer/pipeline';
import { support } from '../../../support/running/paths';

const read = (name: string): unknown => JSON.parse(readFileSync(join(support, 'tokenizers', name), 'utf8'));
const hub = read('hubTokenizers.json') as {
  readonly texts: readonly string[];
  readonly tokenizers: Readonly<Record<string, { readonly definition: PartRecord }>>;
};
const parts = read('tokenizerParts.json') as {
  readonly texts: readonly string[];
  readonly pipelines: Readonly<Record<string, { readonly definition: PartRecord }>>;
};
const all = [...Object.entries(hub.tokenizers), ...Object.entries(parts.pipelines)];
const texts = [...hub.texts, ...parts.texts, '{"name":"Zoë 😀","tags":["a b",12]}', 'é中\n\t '];

describe('what the single tokens write of the tokenizer', () => {
  it.each(all)('%s is what it decodes them to together', (_, { definition }) => {
    const { decode, pieces, encode, highestId } = openPipeline(definition);
    const { bytes, notFirst, spaced } = pieces();
    expect(bytes).toHaveLength(highestId + 1);
    let compared = 0;
    for (const text of texts) {
      let ids: readonly number[];
      try {
        ids = encode(text);
      } catch {
        // A vocabulary may have no token for a letter, which is refused by name.
        continue;
      }
      if (ids.length === 0 || notFirst.has(ids[0]!)) continue;
      const written = Buffer.concat(ids.map((id) => bytes[id]!)).toString('utf8');
      const decoded = decode(ids);
      const expected = spaced ? [decoded.trim()] : [decoded, ` ${decoded}`];
      expect(expected, JSON.stringify(text)).toContain(spaced ? written.trim() : written);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });

  it('is refused where it hangs on the tokens beside', () => {
    const definition = {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      model: { type: 'WordLevel', vocab: { a: 0 }, unk_token: null },
      decoder: { type: 'CTC', pad_token: '<pad>', word_delimiter_token: '|', cleanup: true },
    };
    expect(() => openPipeline(definition).pieces()).toThrow(/decoder CTC/);
  });
});
