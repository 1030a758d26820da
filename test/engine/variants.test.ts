import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddingRows } from '../../src/model/embeddingRows';
import { openModel, type LanguageModel } from '../../src/model/openModel';
import { openGenerator } from '../../src/scoring/generate';
import { layOut, type Batch } from '../../src/tuning/batch';
import { openObjective } from '../../src/tuning/objective';
import { prefixWidth } from '../../src/tuning/prefixStart';
import type { SoftPrompt } from '../../src/tuning/prompt';

interface Expected {
  readonly prompts: readonly (readonly number[])[];
  readonly answers: readonly (readonly number[])[];
  readonly virtual: number;
  readonly softLoss: number;
  readonly softGradient: readonly number[];
  readonly prefix: number;
  readonly prefixLoss: number;
  readonly prefixGradient: readonly number[];
  readonly generated: readonly (readonly number[])[];
}

const fixtures = join(__dirname, 'architectures');
const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-variants-'));

/** The variants lie as `model_<variant>.onnx` beside the other files of their architecture, as on hubs. */
beforeAll(() => {
  for (const variant of ['dynamo', 'fused', 'fp16', 'q4', 'q4-zeros', 'q4f16', 'q8', 'quantized', 'merged', 'function', 'uncached']) copyFileSync(join(fixtures, '_variants', `llama.${variant}.onnx`), join(folder, `model_${variant}.onnx`));
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) copyFileSync(join(fixtures, 'llama', file), join(folder, file));
});
afterAll(() => rmSync(folder, { recursive: true }));

const expected = JSON.parse(readFileSync(join(fixtures, 'llama', 'expected.json'), 'utf8')) as Expected;
const open = (variant: string): Promise<LanguageModel> => openModel(`${folder}#${variant}`, '/');
const wave = (count: number, phase: number): Float32Array => Float32Array.from({ length: count }, (_, i) => 0.5 * Math.sin(0.7 * i + phase));
const softPrompt = ({ configuration: { hiddenSize } }: LanguageModel): SoftPrompt => ({ rows: expected.virtual, hiddenSize, values: wave(expected.virtual * hiddenSize, 0) });

function batchFor({ tokenizer: { vocabularySize } }: LanguageModel): Batch {
  const front = Array.from({ length: expected.virtual }, (_, i) => vocabularySize + i);
  const examples = expected.prompts.map((prompt, row) => ({ row, prompt: [...front, ...prompt], expected: '', label: -1, answer: expected.answers[row]! }));
  return layOut(examples, { objective: 'token', verbalizer: [], vocabularySize, sharePrefix: true, deepRows: 0 });
}

async function measured(variant: string): Promise<{ readonly loss: number; readonly gradient: Float32Array; readonly model: LanguageModel }> {
  const model = await open(variant);
  const objective = openObjective(model, 1);
  const { loss, gradient } = await objective.step(batchFor(model), softPrompt(model));
  await objective.close();
  return { loss, gradient: gradient!, model };
}

function relativeError(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const largest = Math.max(...Array.from(wanted, Math.abs));
  return Math.max(...Array.from(wanted, (value, i) => Math.abs(actual[i]! - value))) / largest;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('file variants of one model', () => {
  it.each([['a merged decoder', 'merged', 1e-3], ['a graph with a function of its own', 'function', 1e-3], ['a graph by PyTorch\'s newer exporter', 'dynamo', 1e-3], ['a graph with fused normalisation and rotation', 'fused', 1e-3], ['a graph without a cache', 'uncached', 1e-3], ['float16 weights, cache and logits', 'fp16', 1e-2]] as const)('%s has the loss and gradient that PyTorch found', async (_, variant, tolerance) => {
    const { loss, gradient } = await measured(variant);
    expect(relativeError([loss], [expected.softLoss])).toBeLessThan(tolerance);
    expect(relativeError(gradient, expected.softGradient)).toBeLessThan(tolerance);
  });

  it.each(['merged', 'uncached'])('generates with a %s decoder what PyTorch generates', async (variant) => {
    const generator = await openGenerator(await open(variant));
    expect(await generator.generate(expected.prompts, undefined, { most: 6 })).toEqual(expected.generated.map((ids) => (ids.includes(2) ? ids.slice(0, ids.indexOf(2)) : ids)));
    await generator.close();
  });

  it('a prefix enters the layers of a decoder without a cache, with the loss and gradient that PyTorch finds through its cache', async () => {
    const model = await open('uncached');
    const width = prefixWidth(model);
    const examples = expected.prompts.map((prompt, row) => ({ row, prompt, expected: '', label: -1, answer: expected.answers[row]! }));
    const objective = openObjective(model, 1);
    const soft = { rows: 0, hiddenSize: model.configuration.hiddenSize, values: new Float32Array(), prefix: { rows: expected.prefix, width, values: wave(expected.prefix * width, 1) } };
    const { loss, prefixGradient } = await objective.step(layOut(examples, { objective: 'token', verbalizer: [], vocabularySize: model.tokenizer.vocabularySize, sharePrefix: false, deepRows: expected.prefix }), soft);
    await objective.close();
    expect(relativeError([loss], [expected.prefixLoss])).toBeLessThan(1e-3);
    expect(relativeError(prefixGradient!, expected.prefixGradient)).toBeLessThan(1e-3);
  });

  it.each(['q4', 'q4-zeros', 'q4f16', 'q8'])('the gradient of %s is the slope of the loss that its own kernels compute', async (variant) => {
    const { gradient, model } = await measured(variant);
    const objective = openObjective(model, 1);
    const soft = softPrompt(model);
    const direction = wave(soft.values.length, 0.4);
    const lossAt = async (by: number): Promise<number> => (await objective.score(batchFor(model), { ...soft, values: soft.values.map((value, i) => value + by * direction[i]!) })).loss;
    const slope = (await lossAt(1e-2) - await lossAt(-1e-2)) / 2e-2;
    await objective.close();
    expect(Math.abs(dot(gradient, direction) - slope)).toBeLessThan(2e-3 + 1e-2 * Math.abs(slope));
  });

  it('passes rounded activations straight through: the gradient points where the float model\'s does', async () => {
    const { loss, gradient } = await measured('quantized');
    expect(Math.abs(loss - expected.softLoss)).toBeLessThan(0.1 * expected.softLoss);
    const cosine = dot(gradient, expected.softGradient) / Math.sqrt(dot(gradient, gradient) * dot(expected.softGradient, expected.softGradient));
    expect(cosine).toBeGreaterThan(0.97);
  });

  it('reads token vectors out of a table of whole numbers as the graph does', async () => {
    const [rounded, plain] = await Promise.all([open('quantized'), open('function')]);
    const [found, exact] = [rounded, plain].map((model) => embeddingRows(model.model, model.signature, [3, 17, 63])) as [Float32Array, Float32Array];
    expect(relativeError(found, exact)).toBeLessThan(0.01);
    expect(relativeError(found, exact)).toBeGreaterThan(0);
  });

  it('names the variants a folder holds when the one asked for is missing', async () => {
    await expect(open('bnb4')).rejects.toMatchObject({ code: 'model-missing', message: expect.stringContaining('model_bnb4.onnx'), remedy: expect.stringContaining(`model: ${folder}#q4\``) });
  });
});
