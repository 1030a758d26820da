import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../../src/failure';
import { buildModel } from '../../../../src/model/build/buildModel';
import { ggmlFormats } from '../../../../src/model/weights/ggmlFormats';
import { openSafetensors } from '../../../../src/model/weights/openSafetensors';
import { readSafetensorsHeader } from '../../../../src/model/weights/safetensors';
import { numbersOf, weightsToFloat32 } from '../../../../src/model/weights/float32Weights';
import { openGguf } from '../../../../src/model/gguf/openGguf';
import { shareFloat32 } from '../../../../src/model/weights/shareFloat32';
import { emptyGraph, standardModel } from '../../../../src/onnx/builder';
import { ElementType } from '../../../../src/onnx/graph';
import { floatTensor, tensorNumbers } from '../../../../src/onnx/tensor';
import { regionOf, storedTensor } from '../../../../src/onnx/fileRegion';
import { ggufFile } from '../../../support/models/ggufFiles';
import { models, support } from '../../../support/running/paths';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-checkpoints-'));
const home = process.env.PROMPT_TUNER_HOME;
beforeAll(() => void (process.env.PROMPT_TUNER_HOME = join(folder, 'home')));
afterAll(() => {
  if (home === undefined) delete process.env.PROMPT_TUNER_HOME;
  else process.env.PROMPT_TUNER_HOME = home;
  rmSync(folder, { recursive: true });
});

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The failure of a call; undefined when it succeeds. Anything but a Failure is thrown on. */
function failureOf(call: () => unknown): Failure | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function safetensors(
  tensors: Readonly<
    Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly bytes: Uint8Array }>
  >,
): Uint8Array {
  let offset = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => [
      name,
      { dtype, shape, data_offsets: [offset, (offset += bytes.length)] },
    ]),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, ...Object.values(tensors).map(({ bytes }) => bytes)]));
}

describe('numbers in blocks', () => {
  const cases = JSON.parse(readFileSync(join(support, 'weights', 'quantizedBlocks.json'), 'utf8')) as Readonly<
    Record<string, { readonly type: number; readonly bytes: string; readonly values: readonly number[] }>
  >;

  it.each(Object.keys(cases))('%s is read as ggml reads it, to the last bit', (name) => {
    const { type, bytes, values } = cases[name]!;
    const format = ggmlFormats.get(type)!;
    expect(format.name).toBe(name);
    expect([...numbersOf(format, Buffer.from(bytes, 'base64'), values.length)]).toEqual(values.map(Math.fround));
  });
});

describe('a damaged checkpoint', () => {
  const whole = {
    'model.safetensors': readFileSync(join(models, 'architectures', 'gpt2', 'model.safetensors')),
    'model.gguf': readFileSync(join(models, 'architectures', 'llama-tied', 'model.gguf')),
  };
  const read = { 'model.safetensors': readSafetensorsHeader, 'model.gguf': openGguf };

  it.each(['model.safetensors', 'model.gguf'] as const)('%s is called incomplete wherever it was cut off', (name) => {
    const bytes = whole[name];
    const cuts = [0, 1, 4, 7, 8, 9, 23, 24, 100, 1000, 2000, bytes.length - 2000, bytes.length - 64];
    for (const length of cuts)
      expect(
        failureOf(() => read[name](file(name, bytes.subarray(0, length)))),
        `cut after ${length} bytes`,
      ).toMatchObject({ code: 'model-truncated', remedy: expect.any(String) });
    expect(failureOf(() => read[name](file(name, bytes)))).toBeUndefined();
  });

  it.each(['model.safetensors', 'model.gguf'] as const)(
    '%s never ends in anything but a failure, whichever bytes are wrong',
    (name) => {
      const bytes = whole[name];
      const change = fc.record({ at: fc.nat(1500), to: fc.integer({ min: 0, max: 255 }) });
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
          const changed = Uint8Array.from(bytes);
          for (const { at, to } of changes) changed[at] = to;
          failureOf(() => {
            const opened = read[name](file(name, changed));
            if ('config' in opened) buildModel(opened.config, new Map());
          });
        }),
        { seed: 1, numRuns: 300 },
      );
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 100 }), (random) => {
          expect(
            failureOf(() =>
              read[name](file(name, Buffer.concat([bytes.subarray(0, name === 'model.gguf' ? 8 : 0), random]))),
            ),
          ).toBeInstanceOf(Failure);
        }),
        { seed: 1, numRuns: 200 },
      );
    },
  );

  it('says which type of ggml is not read, which version, which architecture', () => {
    const metadata = { 'general.architecture': 'llama' };
    expect(
      failureOf(() =>
        openGguf(
          file(
            'type.gguf',
            ggufFile(metadata, [{ name: 'token_embd.weight', dims: [1, 256], type: 16, bytes: new Uint8Array(66) }]),
          ),
        ),
      ),
    ).toMatchObject({ code: 'checkpoint-type', message: expect.stringContaining('IQ2_XXS') });
    expect(failureOf(() => openGguf(file('kind.gguf', ggufFile({ 'general.architecture': 'mamba' }))))).toMatchObject({
      code: 'model-architecture',
      message: expect.stringContaining('mamba'),
      remedy: expect.stringContaining('ONNX'),
    });
    const old = ggufFile(metadata);
    old[4] = 1;
    expect(failureOf(() => openGguf(file('old.gguf', old)))).toMatchObject({ code: 'gguf-version' });
  });
});

describe('the weights of a checkpoint', () => {
  const side = 160;
  const numbers = Float32Array.from({ length: side * side }, (_, i) => Math.sin(i));

  it('stay in their file where they are float32 already', async () => {
    const path = file(
      'wide.safetensors',
      safetensors({ w: { dtype: 'F32', shape: [side, side], bytes: new Uint8Array(numbers.buffer) } }),
    );
    const w = (await weightsToFloat32(readSafetensorsHeader(path), { sha256: 'a', files: [path] })).get('w')!;
    expect(regionOf(w)).toMatchObject({ file: path, length: 4 * side * side });
    expect(tensorNumbers(w)).toEqual([...numbers]);
  });

  it('are converted once where they have 16 bits, and then mapped from that file', async () => {
    const bits16 = Uint16Array.from(numbers, (value) => new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16);
    const path = file(
      'halves.safetensors',
      safetensors({ w: { dtype: 'BF16', shape: [side, side], bytes: new Uint8Array(bits16.buffer) } }),
    );
    const open = async (): Promise<unknown> =>
      regionOf((await weightsToFloat32(readSafetensorsHeader(path), { sha256: 'b', files: [path] })).get('w')!);
    const first = await open();
    expect(await open()).toEqual(first);
    const w = (await weightsToFloat32(readSafetensorsHeader(path), { sha256: 'b', files: [path] })).get('w')!;
    expect(tensorNumbers(w)).toEqual(
      Array.from(bits16, (half) => new Float32Array(Uint32Array.of(half << 16).buffer)[0]!),
    );
    expect(
      readdirSync(join(folder, 'home', 'weights'))
        .map((name) => name.replace(/\..*\.use$/, '.use'))
        .sort(),
    ).toEqual(['b.1.f32', 'b.1.json', 'b.use']);
  });

  it('are converted once where an exported graph has many in 16 bits, else left to each session', async () => {
    const bits16 = Uint16Array.from(numbers, (value) => new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16);
    const path = file('halves.bin', new Uint8Array(bits16.buffer));
    const half = storedTensor(
      { type: ElementType.bfloat16, dims: [side, side] },
      { file: path, offset: 0, length: 2 * side * side },
    );
    const model = standardModel({
      ...emptyGraph,
      initializers: new Map([
        ['half', half],
        ['other', floatTensor([2, 2], [1, 2, 3, 4])],
      ]),
    });
    expect(await shareFloat32(model, { sha256: 'c', files: [path] })).toBe(model);
    const { initializers } = (await shareFloat32(model, { sha256: 'c', files: [path] }, 2 * side * side)).graph;
    expect(regionOf(initializers.get('half')!)?.file).toBe(join(folder, 'home', 'weights', 'c.1.f32'));
    expect(initializers.get('half')).toMatchObject({ type: ElementType.float, dims: [side, side] });
    expect(tensorNumbers(initializers.get('half')!)).toEqual(tensorNumbers(half));
    expect([...initializers.keys()]).toEqual(['half', 'other']);
    vi.stubEnv('PROMPT_TUNER_HOME', join(path, 'not a folder'));
    expect(await shareFloat32(model, { sha256: 'c', files: [path] }, 0)).toBe(model);
    vi.unstubAllEnvs();
  });

  it('are gathered from shards', async () => {
    for (const part of ['1', '2'])
      file(
        `model-0000${part}-of-00002.safetensors`,
        safetensors({ [part]: { dtype: 'F32', shape: [1], bytes: new Uint8Array(4) } }),
      );
    file('config.json', Buffer.from('{}'));
    const index = file(
      'model.safetensors.index.json',
      Buffer.from(
        JSON.stringify({
          weight_map: { 1: 'model-00001-of-00002.safetensors', 2: 'model-00002-of-00002.safetensors' },
        }),
      ),
    );
    const { weights, files } = await openSafetensors(folder, index);
    expect([...weights.keys()]).toEqual(['1', '2']);
    expect(files).toHaveLength(2);
  });

  it('outside their folder are not taken', async () => {
    const index = file(
      'model.safetensors.index.json',
      Buffer.from(JSON.stringify({ weight_map: { 1: '../model.safetensors' } })),
    );
    await expect(openSafetensors(folder, index)).rejects.toMatchObject({ code: 'model-truncated' });
  });
});

describe('a graph that cannot be built', () => {
  const tiny = {
    model_type: 'llama',
    vocab_size: 4,
    hidden_size: 4,
    intermediate_size: 4,
    num_hidden_layers: 1,
    num_attention_heads: 1,
  };

  it('names the architecture and the way out', () => {
    expect(failureOf(() => buildModel({ model_type: 'bloom' }, new Map()))).toMatchObject({
      code: 'model-architecture',
      message: expect.stringContaining('"bloom"'),
      remedy: expect.stringContaining('ONNX'),
    });
    expect(
      failureOf(() => buildModel({ ...tiny, rope_scaling: { rope_type: 'yarn', factor: 4 } }, new Map())),
    ).toMatchObject({ code: 'model-architecture', message: expect.stringContaining('"yarn"') });
  });

  it('names the weight that is missing', () => {
    expect(failureOf(() => buildModel(tiny, new Map()))).toMatchObject({
      code: 'checkpoint-tensor',
      message: expect.stringContaining('"model.embed_tokens.weight"'),
    });
  });

  it.each(['num_hidden_layers', 'num_attention_heads', 'hidden_size', 'head_dim', 'vocab_size'])(
    'says that %s is damaged, whatever it is',
    (name) => {
      for (const value of [0, -1, 1.5, 1e300, NaN])
        expect(
          failureOf(() => buildModel({ ...tiny, [name]: value }, new Map())),
          String(value),
        ).toBeInstanceOf(Failure);
    },
  );
});
