import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readGgufHeader } from '../../../../src/model/gguf/header';
import { openGguf } from '../../../../src/model/gguf/openGguf';
import { ggufFile, type Written } from '../../../support/models/ggufFiles';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-gguf-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of an architecture with one weight; its settings are under the architecture's name. */
function write(
  architecture: string,
  settings: Readonly<Record<string, Written>> = {},
  metadata: Readonly<Record<string, Written>> = {},
): string {
  const file = join(folder, 'model.gguf');
  const own = {
    embedding_length: 8,
    feed_forward_length: 16,
    block_count: 1,
    context_length: 32,
    'attention.head_count': 2,
    ...settings,
  };
  writeFileSync(
    file,
    ggufFile(
      {
        'general.architecture': architecture,
        ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value])),
        ...metadata,
      },
      [{ name: 'token_embd.weight', dims: [4, 8], type: 0, bytes: new Uint8Array(128) }],
    ),
  );
  return file;
}

describe('a GGUF file', () => {
  it.each([
    ...['llama', 'qwen2', 'qwen3', 'qwen3moe', 'gemma', 'gemma2', 'gemma3', 'phi3', 'granite', 'smollm3', 'olmo2'],
    ...['ernie4_5', 'gpt2', 'gptneox'],
  ])('of %s that states what is not known of its architecture is refused by name', (architecture) => {
    expect(() => openGguf(write(architecture))).not.toThrow();
    expect(() => openGguf(write(architecture, { vocab_size: 4 }))).not.toThrow();
    expect(() => openGguf(write(architecture, { 'attention.output_scale': 0.5 }))).toThrow(
      `The configuration of the GGUF file of ${architecture} states "attention.output_scale": 0.5`,
    );
  });

  it.each([
    ['heads that are rotated in part', { 'rope.dimension_count': 2 }, '"rope.dimension_count": 2'],
    ['values of another width than keys', { 'attention.value_length': 8 }, '"attention.value_length": 8'],
    ['positions that are scaled as old files say it', { 'rope.scale_linear': 4 }, '"rope.scale_linear": 4'],
  ])('of llama with %s says so', (_, settings, stated) => {
    expect(() => openGguf(write('llama', settings))).toThrow(`states ${stated}, which is not built here`);
  });

  it('says that a Mixtral, which calls itself llama, is a mixture of experts', () => {
    expect(() => openGguf(write('llama', { expert_count: 8, expert_used_count: 2 }))).toThrow(
      'The file holds a mixture of 8 experts of the Llama kind (Mixtral), which cannot be opened',
    );
  });

  it('of llama may state what follows from its other settings', () => {
    const settings = { 'rope.dimension_count': 4, 'attention.value_length': 4, expert_count: 0 };
    expect(openGguf(write('llama', settings)).config).toMatchObject({ model_type: 'llama', head_dim: 4 });
  });

  it('ends a text at its end of text, of turn and of message', () => {
    const ends = {
      'tokenizer.ggml.eos_token_id': 2,
      'tokenizer.ggml.eot_token_id': 3,
      'tokenizer.ggml.eom_token_id': 1,
    };
    expect(openGguf(write('llama', {}, ends)).config).toMatchObject({ eos_token_id: [2, 3, 1] });
  });
});

describe('the head of a GGUF file, read in brief', () => {
  it('is the same but for long lists, whatever stands before and behind them', () => {
    const [many, few] = [5000, 4096].map((count) => Array.from({ length: count }, (_, i) => i));
    const file = join(folder, 'long.gguf');
    writeFileSync(
      file,
      ggufFile(
        {
          'general.architecture': 'llama',
          texts: many!.map((i) => 'é'.repeat(i % 7)),
          between: 'kept',
          whole: many!,
          scores: many!.map((i) => -i - 0.5),
          flags: many!.map((i) => i % 2 === 0),
          short: few!,
          behind: 7,
        },
        [{ name: 'token_embd.weight', dims: [4, 8], type: 0, bytes: new Uint8Array(128) }],
      ),
    );
    const [brief, full] = [readGgufHeader(file, { brief: true }), readGgufHeader(file)];
    const long = ['texts', 'whole', 'scores', 'flags'];
    expect([...full.metadata.keys()]).toEqual(expect.arrayContaining(long));
    expect(brief).toEqual({ ...full, metadata: new Map([...full.metadata].filter(([key]) => !long.includes(key))) });
    writeFileSync(file, readFileSync(file).subarray(0, 9000));
    expect(() => readGgufHeader(file, { brief: true })).toThrow('not a complete GGUF model');
  });
});
