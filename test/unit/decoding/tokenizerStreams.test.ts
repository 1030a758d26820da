import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstStop, openTextStream } from '../../../src/decoding/textStream';
import type { PartRecord } from '../../../src/model/tokenizer/parts';
import { openPipeline, type Pipeline } from '../../../src/model/tokenizer/pipeline';
import { support } from '../../support/running/paths';

const read = (name: string): unknown => JSON.parse(readFileSync(join(support, 'tokenizers', name), 'utf8'));
const hub = read('hubTokenizers.json') as {
  readonly texts: readonly string[];
  readonly tokenizers: Readonly<Record<string, { readonly definition: PartRecord }>>;
};
const parts = read('tokenizerParts.json') as {
  readonly tokens: readonly (readonly string[])[];
  readonly decoders: readonly { readonly record: PartRecord }[];
  readonly pipelines: Readonly<Record<string, { readonly definition: PartRecord }>>;
};

/** Every byte as a token of its own, beside words and letters, as SentencePiece's models have them. */
const words = ['▁', '▁a', 'b', '▁the', '中', '😀', '.', ',', '</w>', '##ing', "n't", '', '\n\n', '<pad>', '|'];
const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
const decodersAlone = parts.decoders.map(({ record }): readonly [string, { readonly definition: PartRecord }] => [
  `words and bytes behind ${JSON.stringify(record).slice(0, 150)}`,
  {
    definition: {
      added_tokens: [{ id: 0, content: '<s>', special: true, single_word: false, lstrip: false, rstrip: false }],
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      model: {
        type: 'WordLevel',
        vocab: Object.fromEntries(['<s>', ...words, ...bytes].map((token, id) => [token, id])),
        unk_token: '<s>',
      },
      decoder: record,
    } as unknown as PartRecord,
  },
]);

/** What is handed out token by token, and the tokens that were taken until the stream stopped. */
function stream({ decode, token }: Pipeline, ids: readonly number[], stops: readonly string[]) {
  const written = openTextStream({ decode, token }, stops);
  const pieces: string[] = [];
  let taken = 0;
  for (const id of ids) {
    if (written.stopped) break;
    pieces.push(written.push(id));
    taken++;
  }
  pieces.push(written.end());
  return { pieces, taken: ids.slice(0, taken), stopped: written.stopped };
}

const stopLists = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' ', '.', '中', '😀'), minLength: 1, maxLength: 3 }),
  { maxLength: 3 },
);

describe('the text of an answer, token by token, of the tokenizer', () => {
  it.each([...Object.entries(hub.tokenizers), ...Object.entries(parts.pipelines), ...decodersAlone])(
    '%s is what its tokens are together, whatever a model writes',
    (_, { definition }) => {
      const pipeline = openPipeline(definition);
      const ids = fc.nat({ max: pipeline.highestId });
      const ofText = fc.constantFrom(...hub.texts).map((text) => {
        try {
          return pipeline.encode(text).slice(0, 60);
        } catch {
          return [];
        }
      });
      const answers = fc
        .array(fc.oneof(fc.array(ids, { maxLength: 12 }), ofText), { maxLength: 4 })
        .map((lists) => lists.flat());
      fc.assert(
        fc.property(answers, stopLists, (answer, stops) => {
          const { pieces, taken, stopped } = stream(pipeline, answer, stops);
          const whole = pipeline.decode(taken);
          const stop = firstStop(whole, stops);
          expect(pieces.join('')).toBe(whole.slice(0, stop));
          expect(stopped).toBe(stop !== undefined);
        }),
        { numRuns: 200 },
      );
    },
  );
});
