import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddingRows } from '../../../src/model/graph/embeddingRows';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { readModel } from '../../../src/onnx/readModel';
import { generatedTokens } from '../../support/engine/generatedTokens';
import { layOut } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';
import type { SoftPrompt } from '../../../src/objective/prompt';
import {
  answeredPrompts,
  readDecoderReference,
  referenceBatch,
  referencePrompt,
  upToEnd,
  virtualIds,
  type DecoderReference,
} from '../../support/engine/decoderReference';
import { modelFile } from '../../support/models/models';
import { models } from '../../support/running/paths';
import { relativeError } from '../../support/engine/relativeError';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-variants-'));

const variants = [
  'dynamo',
  'fused',
  'fp16',
  'q4',
  'q4-zeros',
  'q4-table',
  'q4-order',
  'q4f16',
  'q8',
  'quantized',
  'merged',
  'function',
  'uncached',
  'bnb4',
  'bnb4-fp4',
];

/** The variants lie as `model_<variant>.onnx` beside the other files of their architecture, as on hubs. */
beforeAll(() => {
  for (const variant of variants)
    copyFileSync(join(models, 'variants', `llama.${variant}.onnx`), join(folder, `model_${variant}.onnx`));
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(modelFile('architectures/llama', file), join(folder, file));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = <T>(...path: readonly string[]): T => JSON.parse(readFileSync(join(models, ...path), 'utf8')) as T;
const expected = readDecoderReference('llama');
/** What ONNX Runtime generates with the files as they are. */
const generatedByRuntime = read<Readonly<Record<string, DecoderReference['generated']>>>('variants', 'generated.json');
const open = (variant: string): Promise<LanguageModel> => openModel(`${folder}#${variant}`, '/');
interface Step {
  readonly loss: number;
  readonly gradient: Float32Array;
}

async function stepOf(model: LanguageModel, trained: 'soft' | 'prefix', truth = expected): Promise<Step> {
  const objective = openObjective(model, 1);
  const { loss, gradient, prefixGradient } = await objective
    .step(referenceBatch(model, trained, truth), referencePrompt(model, trained, truth))
    .finally(() => objective.close());
  return { loss, gradient: trained === 'soft' ? gradient! : prefixGradient! };
}

async function generatedBy(model: LanguageModel, prompts = expected.prompts): Promise<readonly (readonly number[])[]> {
  return generatedTokens(model, prompts, { most: 6 });
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The prompt moved along a direction. */
function moved(prompt: SoftPrompt, direction: Float32Array, by: number): SoftPrompt {
  const along = (values: Float32Array): Float32Array => values.map((value, i) => value + by * direction[i]!);
  return prompt.prefix
    ? { ...prompt, prefix: { ...prompt.prefix, values: along(prompt.prefix.values) } }
    : { ...prompt, values: along(prompt.values) };
}

const truth = {
  soft: [expected.softLoss, expected.softGradient],
  prefix: [expected.prefixLoss, expected.prefixGradient],
} as const;

describe('file variants of one model', () => {
  it.each([
    ['a merged decoder', 'merged', 1e-3],
    ['a graph with a function of its own', 'function', 1e-3],
    ["a graph by PyTorch's newer exporter", 'dynamo', 1e-3],
    ['a graph with fused normalisation and rotation', 'fused', 1e-3],
    ['a graph without a cache', 'uncached', 1e-3],
    ['float16 weights, cache and logits', 'fp16', 1e-2],
  ] as const)('%s has the losses, gradients and tokens that PyTorch found', async (_, variant, tolerance) => {
    const model = await open(variant);
    for (const trained of ['soft', 'prefix'] as const) {
      const { loss, gradient } = await stepOf(model, trained);
      expect(relativeError([loss], [truth[trained][0]])).toBeLessThan(tolerance);
      expect(relativeError(gradient, truth[trained][1])).toBeLessThan(tolerance);
    }
    expect(await generatedBy(model)).toEqual(upToEnd(expected.generated));
  });

  it('a graph without a cache that could not be given one says why it takes no prefix', async () => {
    const place = join(folder, 'windowed');
    mkdirSync(place);
    for (const file of ['tokenizer.json', 'tokenizer_config.json'])
      copyFileSync(modelFile('architectures/llama', file), join(place, file));
    writeFileSync(
      join(place, 'config.json'),
      JSON.stringify({ ...read<object>('architectures', 'llama', 'config.json'), sliding_window: 4 }),
    );
    copyFileSync(join(models, 'variants', 'llama.uncached.onnx'), join(place, 'model.onnx'));
    const model = await openModel(place, '/');
    expect(relativeError((await stepOf(model, 'soft')).gradient, expected.softGradient)).toBeLessThan(1e-3);
    await expect(stepOf(model, 'prefix')).rejects.toMatchObject({
      code: 'no-cache',
      message: 'The model was exported without past_key_values, so a prefix cannot enter its layers.',
      remedy: expect.stringContaining('tune.layers'),
    });
  });

  it('a graph of operator set 11 has them', async () => {
    const gpt2 = readDecoderReference('gpt2');
    const place = join(folder, 'gpt2');
    mkdirSync(place);
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
      copyFileSync(modelFile('architectures/gpt2', file), join(place, file));
    copyFileSync(join(models, 'variants', 'gpt2.opset11.onnx'), join(place, 'model.onnx'));
    expect((await readModel(join(place, 'model.onnx'))).opsets.get('')).toBe(11);
    const model = await openModel(place, '/');
    const found = { soft: await stepOf(model, 'soft', gpt2), prefix: await stepOf(model, 'prefix', gpt2) };
    expect(relativeError([found.soft.loss, found.prefix.loss], [gpt2.softLoss, gpt2.prefixLoss])).toBeLessThan(1e-3);
    expect(relativeError(found.soft.gradient, gpt2.softGradient)).toBeLessThan(1e-3);
    expect(relativeError(found.prefix.gradient, gpt2.prefixGradient)).toBeLessThan(1e-3);
    expect(await generatedBy(model, gpt2.prompts)).toEqual(upToEnd(gpt2.generated));
  });

  it.each(['q4', 'q4-zeros', 'q4-table', 'q4f16', 'q8', 'bnb4', 'bnb4-fp4'])(
    'the gradients of %s are the slopes of the loss that its own kernels compute; its tokens are those of the runtime',
    async (variant) => {
      const model = await open(variant);
      const objective = openObjective(model, 1);
      for (const trained of ['soft', 'prefix'] as const) {
        const { gradient } = await stepOf(model, trained);
        const size = Math.sqrt(dot(gradient, gradient));
        const direction = gradient.map((value) => value / size);
        const lossAt = async (by: number): Promise<number> =>
          (
            await objective.score(
              referenceBatch(model, trained, expected),
              moved(referencePrompt(model, trained, expected), direction, by),
            )
          ).loss;
        const slope = ((await lossAt(1e-2)) - (await lossAt(-1e-2))) / 2e-2;
        expect(size).toBeGreaterThan(0.01);
        expect(Math.abs(size - slope)).toBeLessThan(2e-3 + 1e-2 * size);
      }
      await objective.close();
      expect(await generatedBy(model)).toEqual(upToEnd(generatedByRuntime[variant]!));
    },
  );

  it('weights whose columns are reordered are refused by name', async () => {
    await expect(stepOf(await open('q4-order'), 'soft')).rejects.toMatchObject({
      code: 'no-rule',
      message: expect.stringMatching(/MatMulNBits .* reordered columns \(g_idx\)/),
    });
  });

  it("passes rounded activations straight through: the gradients point where the float model's do", async () => {
    const model = await open('quantized');
    for (const trained of ['soft', 'prefix'] as const) {
      const { loss, gradient } = await stepOf(model, trained);
      const [plainLoss, plain] = truth[trained];
      expect(Math.abs(loss - plainLoss)).toBeLessThan(0.1 * plainLoss);
      expect(dot(gradient, plain) / Math.sqrt(dot(gradient, gradient) * dot(plain, plain))).toBeGreaterThan(0.97);
    }
  });

  it.each(['quantized', 'q4-table', 'fp16', 'function'])(
    'virtual tokens that start at words of %s act as the words do',
    async (variant) => {
      const model = await open(variant);
      const {
        tokenizer: { firstVirtualToken },
        configuration: { hiddenSize },
      } = model;
      const words = [3, 17, 63];
      const scored = (front: readonly number[], soft?: SoftPrompt): Promise<{ readonly loss: number }> =>
        objective.score(
          layOut(answeredPrompts(expected, front), {
            objective: 'token',
            verbalizer: [],
            firstVirtualToken,
            sharePrefix: false,
            deepRows: 0,
          }),
          soft,
        );
      const objective = openObjective(model, 1);
      const written = await scored(words);
      const started = await scored(virtualIds(model, words.length), {
        rows: words.length,
        hiddenSize,
        values: embeddingRows(model.trainingModel, model.signature, words),
      });
      await objective.close();
      expect(Math.abs(started.loss - written.loss)).toBeLessThan(1e-5 * written.loss);
    },
  );

  it('names the variants a folder holds when the one asked for is missing', async () => {
    await expect(open('int8')).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('model_int8.onnx'),
      remedy: expect.stringContaining(`model: ${folder}#q4\``),
    });
  });
});
