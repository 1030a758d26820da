import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDecoder } from '../../../../src/model/tokenizer/decoders';
import { openNormalizer } from '../../../../src/model/tokenizer/normalizers';
import type { PartRecord } from '../../../../src/model/tokenizer/parts';
import { openPipeline } from '../../../../src/model/tokenizer/pipeline';
import { openPreTokenizer } from '../../../../src/model/tokenizer/preTokenizers';
import { support } from '../../../support/running/paths';

interface Part<T> {
  readonly record: PartRecord;
  /** What the library makes of each text; nothing where it gave up. */
  readonly made: readonly (T | null)[];
}

/** What Hugging Face's library makes of texts, part by part; tokenizerParts.py wrote it. */
const recorded = JSON.parse(readFileSync(join(support, 'tokenizers', 'tokenizerParts.json'), 'utf8')) as {
  readonly texts: readonly string[];
  readonly tokens: readonly (readonly string[])[];
  readonly normalizers: readonly Part<string>[];
  readonly preTokenizers: readonly Part<readonly string[]>[];
  readonly decoders: readonly Part<string>[];
  readonly pipelines: Readonly<
    Record<
      string,
      {
        readonly definition: PartRecord;
        readonly ids: readonly (readonly number[] | null)[];
        readonly special: readonly (readonly number[])[] | null;
      }
    >
  >;
};

const named = <T>(parts: readonly Part<T>[]) =>
  parts.map((part): [string, Part<T>] => [JSON.stringify(part.record).slice(0, 200), part]);

/** Parts that are refused by name. */
const refused = ['UnicodeScripts'];

function compare<T>(
  inputs: readonly (readonly unknown[] | string)[],
  made: readonly (T | null)[],
  ours: (i: number) => T,
) {
  made.forEach((theirs, i) => {
    if (theirs !== null) expect(ours(i), JSON.stringify(inputs[i])).toEqual(theirs);
  });
}

describe('what Hugging Face makes of a text by', () => {
  it.each(named(recorded.normalizers))('the normalizer %s', (_, { record, made }) => {
    const normalize = openNormalizer(record);
    compare(recorded.texts, made, (i) => normalize(recorded.texts[i]!));
  });

  it.each(named(recorded.preTokenizers).filter(([, { record }]) => !refused.includes(record.type as string)))(
    'the pre-tokenizer %s',
    (_, { record, made }) => {
      const cut = openPreTokenizer(record);
      compare(
        recorded.texts,
        made.map((pieces) => pieces?.filter((piece) => piece !== '') ?? null),
        (i) =>
          cut([{ text: recorded.texts[i]!, opens: true }])
            .map(({ text }) => text)
            .filter((text) => text !== ''),
      );
    },
  );

  it.each(named(recorded.decoders))('the decoder %s', (_, { record, made }) => {
    const decode = openDecoder(record);
    compare(recorded.tokens, made, (i) => decode(recorded.tokens[i]!).join(''));
    // A model that ends its answer at once has said nothing.
    expect(decode([]).join('')).toBe('');
  });

  it.each(Object.entries(recorded.pipelines))('%s', (_, { definition, ids, special }) => {
    const { encode, surrounding } = openPipeline(definition);
    compare(recorded.texts, ids, (i) => {
      try {
        return [...encode(recorded.texts[i]!)];
      } catch (error) {
        // Letters that the library drops without a word are refused here.
        expect(error).toMatchObject({ code: 'tokenizer-unknown' });
        expect(ids[i]!.length).toBeLessThan(recorded.texts[i]!.length);
        return ids[i]! as number[];
      }
    });
    special?.forEach((theirs, i) =>
      expect([...surrounding.before, ...encode(recorded.texts[i]!), ...surrounding.after]).toEqual(theirs),
    );
  });

  it.each(refused)('%s is refused by name', (type) => {
    expect(() => openPreTokenizer({ type })).toThrow(expect.objectContaining({ code: 'tokenizer-unsupported' }));
  });
});
