import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openGguf } from '../../../../src/model/gguf/openGguf';
import { ggufTokenizer, type TokenizerRecords } from '../../../../src/model/gguf/tokenizer';
import { findModelFiles } from '../../../../src/model/open/modelFiles';
import { readModelRecords } from '../../../../src/model/open/modelRecords';
import { makeTokenizer, readTokenizerRecords, type Tokenizer } from '../../../../src/model/tokenizer/tokenizer';
import { ggufFile, type Written } from '../../../support/models/ggufFiles';
import { repository, support } from '../../../support/running/paths';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-gguf-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = join(repository, 'media', 'models', 'prompt-tuner-base');
const sizes = {
  'general.architecture': 'llama',
  'llama.embedding_length': 8,
  'llama.block_count': 1,
  'llama.attention.head_count': 1,
  'llama.context_length': 64,
};

function write(name: string, metadata: Readonly<Record<string, Written>>): string {
  const file = join(folder, name);
  const family = metadata['general.architecture'];
  const own =
    typeof family === 'string'
      ? Object.fromEntries(Object.entries(sizes).map(([key, value]) => [key.replace(/^llama\./, `${family}.`), value]))
      : sizes;
  writeFileSync(
    file,
    ggufFile({ ...own, ...metadata }, [
      { name: 'token_embd.weight', dims: [4, 8], type: 0, bytes: new Uint8Array(128) },
    ]),
  );
  return file;
}

const tokenizerOf = (records: TokenizerRecords): Tokenizer => makeTokenizer(records, { file: '', vocabularySize: 1e6 });

interface Definition {
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (string | readonly [string, string])[];
  };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

interface Recorded {
  readonly texts: readonly string[];
  readonly tokenizers: Readonly<
    Record<
      string,
      {
        readonly model: 'gpt2' | 'llama';
        readonly tokens: readonly string[];
        readonly types: readonly number[];
        readonly merges?: readonly string[];
        readonly scores?: readonly number[];
        readonly ids: readonly (readonly number[])[];
      }
    >
  >;
}

/** Random texts, and what tokenizers and sentencepiece make of them; ggufTokenizers.py beside this file wrote it. */
const recorded = JSON.parse(readFileSync(join(support, 'tokenizers', 'ggufTokenizers.json'), 'utf8')) as Recorded;

const texts = [
  "It's 12345 o'clock: the soup was warm,\n\nand the bread fresh.",
  '  Two  spaces\tand a tab',
  'naïve café — 東京 🙂',
];

describe('the tokenizer in a GGUF file', () => {
  it('cuts and joins texts as the tokenizer.json that it was made from', async () => {
    const records = await readTokenizerRecords(base);
    const { model, added_tokens: added } = records.definition as unknown as Definition;
    const tokens = Object.entries({
      ...model.vocab,
      ...Object.fromEntries(added.map(({ id, content }) => [content, id])),
    })
      .sort(([, a], [, b]) => a - b)
      .map(([token]) => token);
    const file = write('bytes.gguf', {
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'gpt-2',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': tokens.map((token) => (added.some(({ content }) => content === token) ? 3 : 1)),
      'tokenizer.ggml.merges': model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))),
    });
    const [whole, packed] = [tokenizerOf(records), tokenizerOf(ggufTokenizer(openGguf(file).metadata, file))];
    for (const text of texts) {
      expect(packed.encode(text, false), text).toEqual(whole.encode(text, false));
      expect(packed.decode(packed.encode(text, false))).toBe(text);
    }
  });

  it.each(Object.entries(recorded.tokenizers))(
    'of the kind %s has the ids of the library that made it, and gives the text back',
    (pre, { ids, ...made }) => {
      const file = write(`${pre}.gguf`, {
        ...(made.model === 'gpt2' && { 'tokenizer.ggml.pre': pre, 'tokenizer.ggml.merges': made.merges! }),
        'tokenizer.ggml.model': made.model,
        'tokenizer.ggml.tokens': made.tokens,
        'tokenizer.ggml.token_type': made.types,
        ...(made.scores && { 'tokenizer.ggml.scores': made.scores.map((score) => score - 0.5) }),
        'tokenizer.ggml.unknown_token_id': 0,
        'tokenizer.ggml.bos_token_id': 0,
      });
      const tokenizer = tokenizerOf(ggufTokenizer(openGguf(file).metadata, file));
      recorded.texts.forEach((text, i) => {
        expect(tokenizer.encode(text, false), JSON.stringify(text)).toEqual(ids[i]);
        expect(tokenizer.decode(ids[i]!)).toBe(pre === 'qwen2' ? text.normalize('NFC') : text);
      });
    },
  );

  it('of SentencePiece merges the pieces with the best scores first, and spells what it lacks in bytes', () => {
    const pieces = ['<unk>', '<s>', '</s>', '<0xC3>', '<0xA9>', '▁', 'a', 'b', 'c', '▁a', 'bc', 'ab', '▁abc'];
    const file = write('pieces.gguf', {
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': pieces,
      'tokenizer.ggml.scores': pieces.map((_, i) => -i - 0.5),
      'tokenizer.ggml.token_type': [2, 3, 3, 6, 6, 1, 1, 1, 1, 1, 1, 1, 1],
      'tokenizer.ggml.bos_token_id': 1,
      'tokenizer.ggml.eos_token_id': 2,
      'tokenizer.ggml.unknown_token_id': 0,
    });
    const { config, metadata } = openGguf(file);
    const tokenizer = tokenizerOf(ggufTokenizer(metadata, file));
    // ▁ + a comes before a + b, b + c before the whole.
    expect(tokenizer.encode('abc', true)).toEqual([1, 12]);
    expect(tokenizer.encode('abcé c', false)).toEqual([12, 3, 4, 5, 8]);
    expect(tokenizer.decode([1, 12, 3, 4, 5, 8])).toBe('abcé c');
    expect(config).toMatchObject({ eos_token_id: [2], vocab_size: 4, tie_word_embeddings: true });
  });

  it.each([undefined, 'default'])(
    "that says %s of how it cuts texts is GPT-2's where the model is of its time, and asked for elsewhere",
    (pre) => {
      const metadata = {
        'tokenizer.ggml.model': 'gpt2',
        ...(pre !== undefined && { 'tokenizer.ggml.pre': pre }),
        'tokenizer.ggml.tokens': ['a', 'Ġ', 'Ġa'],
        'tokenizer.ggml.merges': ['Ġ a'],
      };
      const old = write('old.gguf', { ...metadata, 'general.architecture': 'gpt2' });
      expect(tokenizerOf(ggufTokenizer(openGguf(old).metadata, old)).encode('a a', false)).toEqual([0, 2]);
      const newer = write('newer.gguf', metadata);
      expect(() => ggufTokenizer(openGguf(newer).metadata, newer)).toThrow(
        expect.objectContaining({
          code: 'tokenizer-missing',
          message: 'The GGUF file does not say how its tokenizer cuts texts.',
        }),
      );
    },
  );

  it('of an unknown kind is taken from tokenizer.json beside it, and asked for where there is none', async () => {
    const file = write('other.gguf', {
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'viking',
      'tokenizer.ggml.tokens': ['a'],
      'tokenizer.ggml.merges': ['a a'],
    });
    const place = await findModelFiles(file, '/');
    expect(place).toEqual({ folder, file, kind: 'gguf' });
    await expect(readModelRecords(place)).rejects.toMatchObject({
      code: 'tokenizer-missing',
      message: expect.stringContaining('viking'),
      remedy: expect.stringContaining('tokenizer.json'),
    });
    for (const name of ['tokenizer.json', 'tokenizer_config.json']) copyFileSync(join(base, name), join(folder, name));
    const { tokenizer } = await readModelRecords(place);
    expect(tokenizer.definition).toEqual(JSON.parse(readFileSync(join(base, 'tokenizer.json'), 'utf8')));
  });
});

describe('a folder with several files', () => {
  it('is opened from its graph, then from safetensors, then from the GGUF file that is named', async () => {
    const several = mkdtempSync(join(folder, 'several-'));
    const put = (name: string): void => writeFileSync(join(several, name), '');
    put('m-Q8_0.gguf');
    put('m-Q4_K_M.gguf');
    await expect(findModelFiles(several, '/')).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('2 GGUF files'),
      remedy: expect.stringContaining('#q4_k_m'),
    });
    expect(await findModelFiles(`${several}#q8_0`, '/')).toMatchObject({
      kind: 'gguf',
      file: join(several, 'm-Q8_0.gguf'),
    });
    put('model.safetensors.index.json');
    expect(await findModelFiles(several, '/')).toMatchObject({
      kind: 'safetensors',
      file: join(several, 'model.safetensors.index.json'),
    });
    put('model.onnx');
    expect(await findModelFiles(several, '/')).toMatchObject({ kind: 'onnx' });
    expect(await findModelFiles(`${several}#safetensors`, '/')).toMatchObject({ kind: 'safetensors' });
  });
});
