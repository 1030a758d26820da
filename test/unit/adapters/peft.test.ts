import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readAdapter,
  readAdapterBase,
  readAdapterUse,
  baseModelMismatch,
  writeAdapter,
} from '../../../src/adapters/peft';
import { readSafetensors, writeSafetensors, type NamedTensor } from '../../../src/adapters/safetensors';
import type { LanguageModel } from '../../../src/model/openModel';
import type { SoftPrompt } from '../../../src/objective/prompt';
import type { Task } from '../../../src/objective/task';
import { Failure } from '../../../src/failure';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-adapter-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A safetensors file of one matrix with given raw bytes. */
function rawTensor(dtype: string, shape: readonly number[], bytes: Uint8Array, name = 'prompt_embeddings'): Uint8Array {
  const header = Buffer.from(JSON.stringify({ [name]: { dtype, shape, data_offsets: [0, bytes.byteLength] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.byteLength));
  return Buffer.concat([length, header, bytes]);
}

function leaveAdapter(config: object, weights: Uint8Array): void {
  writeFileSync(join(folder, 'adapter_config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'adapter_model.safetensors'), weights);
}

const matrix = (rows: number, width: number): Uint8Array =>
  writeSafetensors(
    new Map([
      ['prompt_embeddings', { dims: [rows, width], values: Float32Array.from({ length: rows * width }, (_, i) => i) }],
    ]),
  );
const failing = (code: string): object => expect.objectContaining({ code }) as object;

describe('reading an adapter', () => {
  it('opens what an early PEFT wrote, with most fields missing', async () => {
    leaveAdapter({ peft_type: 'PROMPT_TUNING', num_virtual_tokens: 2 }, matrix(2, 3));
    expect(await readAdapter(folder)).toEqual({ rows: 2, hiddenSize: 3, values: Float32Array.of(0, 1, 2, 3, 4, 5) });
  });

  it.each([
    ['prefix_projection', true],
    ['encoder_reparameterization_type', false],
    ['prompt_tuning_init', false],
  ])('knows the kind by the field %s where it is not named', async (field, isPrefix) => {
    leaveAdapter({ [field]: null }, matrix(2, 8));
    expect((await readAdapter(folder)).prefix !== undefined).toBe(isPrefix);
  });

  it.each([
    ['BF16', Uint8Array.of(0x80, 0x3f, 0x20, 0xc0)],
    ['F16', Uint8Array.of(0x00, 0x3c, 0x00, 0xc1)],
    ['F64', new Uint8Array(Float64Array.of(1, -2.5).buffer)],
  ])('reads numbers stored as %s', async (dtype, bytes) => {
    leaveAdapter({ peft_type: 'P_TUNING' }, rawTensor(dtype, [1, 2], bytes));
    expect([...(await readAdapter(folder)).values]).toEqual([1, -2.5]);
  });

  it("finds the matrix under the module's name in a training checkpoint", async () => {
    leaveAdapter(
      { peft_type: 'PROMPT_TUNING' },
      rawTensor('F32', [1, 1], new Uint8Array(Float32Array.of(4).buffer), 'prompt_encoder.default.embedding.weight'),
    );
    expect([...(await readAdapter(folder)).values]).toEqual([4]);
  });

  it("opens a prefix without knowing the model's hidden size", async () => {
    leaveAdapter({ peft_type: 'PREFIX_TUNING' }, matrix(2, 8));
    expect(await readAdapter(folder)).toMatchObject({ rows: 0, hiddenSize: 0, prefix: { rows: 2, width: 8 } });
  });

  it.each([
    ['CARTRIDGE', true],
    ['CPT', false],
  ])('opens %s as the prompt it is saved as', async (kind, isPrefix) => {
    leaveAdapter({ peft_type: kind, task_type: 'CAUSAL_LM', modules_to_save: null }, matrix(2, 8));
    const prompt = await readAdapter(folder);
    expect(prompt.prefix !== undefined).toBe(isPrefix);
    expect((await readAdapterUse(folder, prompt)).method).toBe(isPrefix ? 'v2' : 'soft');
  });

  const tensor = (dims: readonly number[], ...values: readonly number[]): NamedTensor => ({
    dims,
    values: Float32Array.from(values),
  });

  it('opens a prompt shared between tasks where there is one task, and asks for one where there are more', async () => {
    const tasked = (tasks: number): Uint8Array =>
      writeSafetensors(
        new Map([
          ['prompt_embeddings', tensor([2, 3], 1, 2, 3, 4, 5, 6)],
          [
            'prefix_task_cols',
            tensor(
              [tasks, 2, 1],
              ...[
                [2, 3],
                [9, 9],
              ]
                .slice(0, tasks)
                .flat(),
            ),
          ],
          [
            'prefix_task_rows',
            tensor(
              [tasks, 1, 3],
              ...[
                [1, 0, -1],
                [9, 9, 9],
              ]
                .slice(0, tasks)
                .flat(),
            ),
          ],
        ]),
      );
    leaveAdapter({ peft_type: 'MULTITASK_PROMPT_TUNING', num_tasks: 1 }, tasked(1));
    expect([...(await readAdapter(folder)).values]).toEqual([2, 0, -6, 12, 0, -18]);
    leaveAdapter({ peft_type: 'MULTITASK_PROMPT_TUNING', num_tasks: 2 }, tasked(2));
    await expect(readAdapter(folder)).rejects.toMatchObject({
      code: 'adapter-kind',
      message: 'The adapter holds the prompts of 2 tasks.',
    });
  });

  it('does not read a pickle, and says why', async () => {
    writeFileSync(join(folder, 'adapter_config.json'), JSON.stringify({ peft_type: 'PROMPT_TUNING' }));
    writeFileSync(join(folder, 'adapter_model.bin'), 'PK');
    await expect(readAdapter(folder)).rejects.toEqual(failing('adapter-pickle'));
  });

  it.each([
    ['adapter-kind', { peft_type: 'LORA' }],
    ['adapter-kind', {}],
    ['adapter-kind', { peft_type: 'PROMPT_TUNING', task_type: 'SEQ_2_SEQ_LM' }],
    ['adapter-kind', { peft_type: 'P_TUNING', task_type: 'SEQ_CLS' }],
    ['adapter-kind', { peft_type: 'PREFIX_TUNING', modules_to_save: ['lm_head'] }],
    ['adapter-damaged', { peft_type: 'PROMPT_TUNING', num_virtual_tokens: 3 }],
  ])('refuses with %s a configuration of %j', async (code, config) => {
    leaveAdapter(config, matrix(2, 3));
    await expect(readAdapter(folder)).rejects.toEqual(failing(code));
  });

  it('names the file that is missing', async () => {
    await expect(readAdapter(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'adapter-missing',
      location: { file: join(folder, 'nowhere', 'adapter_config.json') },
    });
  });
});

describe('the model an adapter was trained for', () => {
  it.each([
    [{ name: 'HuggingFaceTB/SmolLM2-135M' }, 'onnx-community/SmolLM2-135M-ONNX'],
    [{ name: 'EleutherAI/pythia-70m' }, '/models/pythia-70m/'],
    [{}, 'anything'],
    [{ name: 'elsewhere', sha256: 'a' }, 'gpt2'],
  ])('is the same for %j as far as can be told', (base, id) => {
    expect(baseModelMismatch(base, { id, sha256: 'a' })).toBeUndefined();
  });

  it.each([
    [{ name: 'openai-community/gpt2' }, 'gpt2-medium'],
    [{ name: 'gpt2', sha256: 'b' }, 'gpt2'],
  ])('is another for %j', (base, id) => {
    expect(baseModelMismatch(base, { id, sha256: 'a' })).toMatch(
      /^The adapter was trained for ".*gpt2".*, the model is "gpt2/,
    );
  });

  it('is read off the configuration, and off our own record where there is one', async () => {
    leaveAdapter({ peft_type: 'PROMPT_TUNING', base_model_name_or_path: 'gpt2' }, matrix(2, 3));
    expect(await readAdapterBase(folder)).toEqual({ name: 'gpt2' });
    await writeAdapter(join(folder, 'own'), promptOf({ tokens: 4 }), { task: taskOf({ tokens: 4 }), model });
    expect(await readAdapterBase(join(folder, 'own'))).toEqual({ name: 'model', sha256: 'hash' });
  });
});

describe('a safetensors file', () => {
  it('comes back as it was written, with its numbers aligned', () => {
    const tensor = fc
      .record({ rows: fc.nat(4), columns: fc.nat(5), name: fc.string({ minLength: 1 }) })
      .filter(({ name }) => name !== '__metadata__' && name !== '__proto__');
    fc.assert(
      fc.property(fc.uniqueArray(tensor, { selector: ({ name }) => name }), (shapes) => {
        const tensors = new Map(
          shapes.map(({ rows, columns, name }, n) => [
            name,
            { dims: [rows, columns], values: Float32Array.from({ length: rows * columns }, (_, i) => n + i / 8) },
          ]),
        );
        const bytes = writeSafetensors(tensors);
        expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) % 8).toBe(0);
        expect(readSafetensors(bytes, 'x')).toEqual(tensors);
      }),
    );
  });

  it('is never half read: any part of it is refused', () => {
    const bytes = matrix(3, 4);
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), (length) => {
        expect(() => readSafetensors(bytes.subarray(0, length), 'x')).toThrow(Failure);
      }),
    );
  });

  it('is refused when its header claims what the numbers do not bear out', () => {
    expect(() => readSafetensors(rawTensor('F32', [2, 2], new Uint8Array(8)), 'x')).toThrow(
      failing('adapter-damaged') as Error,
    );
    expect(() => readSafetensors(rawTensor('I64', [1], new Uint8Array(8)), 'x')).toThrow(
      failing('adapter-type') as Error,
    );
  });
});

const configuration = {
  architecture: 'qwen3',
  layers: 3,
  hiddenSize: 8,
  heads: 4,
  keyValueHeads: 2,
  headSize: 6,
  vocabularySize: 100,
  contextLength: 64,
  endTokens: [],
};
const model = {
  id: 'model',
  sha256: 'hash',
  configuration,
  signature: { cache: [{}, {}, {}] },
} as unknown as LanguageModel;

interface Sizes {
  readonly tokens?: number;
  readonly instruction?: number;
  readonly prefix?: number;
  readonly method?: string;
}

function taskOf({ tokens = 0, instruction = 0, prefix = 0, method = 'soft' }: Sizes): Task {
  const slots = tokens > 0 ? [{ id: 'prompt', offset: 0, length: tokens }] : [];
  return {
    template: { text: 'text' },
    settings: { method, encoder: 'mlp', encoderSize: 0 },
    layout: { firstVirtualToken: 100, total: tokens, prepended: tokens, slots },
    instruction: Array.from({ length: instruction }, (_, i) => i),
    promptRows: tokens + instruction,
    prefixRows: prefix,
    encoder: {},
  } as unknown as Task;
}

function promptOf({ tokens = 0, instruction = 0, prefix = 0 }: Sizes): SoftPrompt {
  const rows = tokens + instruction;
  return {
    rows,
    hiddenSize: 8,
    values: Float32Array.from({ length: rows * 8 }, Math.sin),
    ...(prefix > 0 && {
      prefix: { rows: prefix, width: 72, values: Float32Array.from({ length: prefix * 72 }, Math.cos) },
    }),
  };
}

describe('writing an adapter', () => {
  it.each<readonly [string, Sizes, object]>([
    ['PROMPT_TUNING', { tokens: 4 }, { num_virtual_tokens: 4, token_dim: 8, num_attention_heads: 4, num_layers: 3 }],
    [
      'P_TUNING',
      { tokens: 4, method: 'v1' },
      { num_virtual_tokens: 4, encoder_reparameterization_type: 'MLP', encoder_hidden_size: 8 },
    ],
    [
      'PREFIX_TUNING',
      { prefix: 5, method: 'v2' },
      { num_virtual_tokens: 5, token_dim: 12, num_attention_heads: 2, prefix_projection: false },
    ],
    ['PREFIX_TUNING', { prefix: 5, instruction: 3, method: 'v2' }, { num_virtual_tokens: 5, token_dim: 12 }],
    ['PROMPT_TUNING', { tokens: 4, instruction: 3, method: 'v2' }, { num_virtual_tokens: 4, token_dim: 8 }],
  ])('as %s of %j gives back the same prompt', async (kind, sizes, fields) => {
    const target = join(folder, 'adapter');
    await writeAdapter(target, promptOf(sizes), { task: taskOf(sizes), model });
    expect(JSON.parse(await readFile(join(target, 'adapter_config.json'), 'utf8'))).toMatchObject({
      peft_type: kind,
      base_model_name_or_path: 'model',
      inference_mode: true,
      ...fields,
    });
    const opened = await readAdapter(target);
    expect(opened).toEqual({ ...promptOf(sizes), hiddenSize: opened.rows > 0 ? 8 : 0 });
  });

  it('says with which method and settings it is meant to be used', async () => {
    const target = join(folder, 'adapter');
    const useOf = async (sizes: Sizes): Promise<unknown> => {
      await writeAdapter(target, promptOf(sizes), { task: taskOf(sizes), model });
      return readAdapterUse(target, promptOf(sizes));
    };
    expect(await useOf({ tokens: 4, method: 'v1' })).toEqual({ method: 'v1', set: { 'tune.length': '4' } });
    expect(await useOf({ prefix: 5, method: 'v2' })).toEqual({
      method: 'v2',
      set: { 'tune.length': '5', 'tune.layers': 'all', 'tune.instruction': 'fixed' },
    });
    expect(await useOf({ tokens: 4, instruction: 3, method: 'v2' })).toEqual({
      method: 'v2',
      set: { 'tune.length': '4', 'tune.layers': 'input', 'tune.instruction': 'embeddings' },
    });
  });

  it("refuses a prompt of other sizes than the task's and leaves what was there", async () => {
    const target = join(folder, 'adapter');
    await writeAdapter(target, promptOf({ tokens: 4 }), { task: taskOf({ tokens: 4 }), model });
    await expect(writeAdapter(target, promptOf({ tokens: 5 }), { task: taskOf({ tokens: 4 }), model })).rejects.toEqual(
      failing('adapter-shape'),
    );
    expect((await readAdapter(target)).rows).toBe(4);
  });
});
