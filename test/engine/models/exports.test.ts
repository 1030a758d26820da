import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAdapter } from '../../../src/adapters/peft';
import { openModel } from '../../../src/model/openModel';
import { layOut } from '../../../src/objective/batch';
import { layOutParts, shareOf } from '../../../src/objective/batchParts';
import type { Example } from '../../../src/objective/example';
import { openObjective } from '../../../src/objective/objective';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { generatedTokens } from '../../support/engine/generatedTokens';
import { answeredPrompts, virtualIds, wave } from '../../support/engine/decoderReference';
import { exportedBatch, exportedGradient, readExportedReference } from '../../support/engine/exportedReference';
import { assembleExport } from '../../support/models/fieldExports';
import { relativeError } from '../../support/engine/relativeError';

const exported: readonly (readonly [string, number])[] = [
  ['builder-qknorm-qwen3', 2e-3],
  ['builder-tied-llama3', 1e-3],
  ['builder-conv-lfm2', 1e-3],
  ['builder-last-logits-llama3', 1e-3],
  ['builder-partial-rotary-phi4mini', 1e-3],
  ['optimum-merged-smollm2', 1e-3],
  ['optimum-mla-deepseek3', 1e-3],
];

describe.each(exported)('%s, as its exporter wrote it, against PyTorch', (name, bound) => {
  const folder = assembleExport(name);
  const expected = readExportedReference(name);

  it('has the loss of the text', async () => {
    const model = await openModel(folder, '/');
    const objective = openObjective(model, 1);
    const { loss } = await objective
      .score(exportedBatch(model, expected, { trained: 'nothing', virtual: 0 }), undefined)
      .finally(() => objective.close());
    expect(relativeError([loss], [expected.loss])).toBeLessThan(bound);
  });

  const trained = (['soft', 'prefix'] as const).filter((kind) => existsSync(join(folder, `start_${kind}`)));
  it.each(trained)('has the loss and the gradient of one step from the adapter %s', async (kind) => {
    const model = await openModel(folder, '/');
    const prompt = await readAdapter(join(folder, `start_${kind}`));
    const virtual = prompt.prefix?.rows ?? prompt.rows;
    // Guards behind a softmax are followed in the second run of a segment too.
    const objective = openObjective(model, 1, { checkpointing: name === 'optimum-merged-smollm2' });
    const { loss, gradient, prefixGradient } = await objective
      .step(exportedBatch(model, expected, { trained: kind, virtual }), prompt)
      .finally(() => objective.close());
    expect(relativeError([loss], [expected[kind].loss!])).toBeLessThan(bound);
    expect(relativeError(kind === 'soft' ? gradient! : prefixGradient!, exportedGradient(name, kind))).toBeLessThan(
      bound,
    );
  });
});

/** What ONNX Runtime makes of the files by themselves; runExports.py in test/support/models makes it. */
const runtime = JSON.parse(readFileSync(join(import.meta.dirname, '../../field/runtime.json'), 'utf8')) as {
  readonly prompts: readonly (readonly number[])[];
  readonly answer: readonly number[];
  readonly models: Readonly<Record<string, RunCausal & RunMasked>>;
};
interface RunCausal {
  readonly loss: number;
  readonly generated: readonly (readonly number[])[];
}
interface RunMasked {
  readonly texts: readonly (readonly number[])[];
  readonly position: number;
  readonly token: number;
  readonly loss: number & readonly number[];
}

/**
 * A dynamically quantised model rounds all tokens of a text by one scale, so that a longer run rounds otherwise; the
 * builder lets products with four-bit weights round their activations, in each kernel its own way.
 */
const alone = [
  ['quantized-gpt2', 5e-3],
  ['num-logits', 1e-4],
  ['optimum-merged-smollm2', 1e-4],
  ['optimum-mla-deepseek3', 1e-4],
  ['builder-tied-llama3', 1e-4],
  ['builder-last-logits-llama3', 1e-4],
  ['builder-int4-tied-llama3', 5e-3],
  ['builder-conv-lfm2', 1e-4],
] as const;

describe.each(alone)('%s, as ONNX Runtime runs it by itself, a text at a time', (name, bound) => {
  const expected = runtime.models[name]!;
  const opened = (): string => (name === 'quantized-gpt2' ? `${assembleExport(name)}#quantized` : assembleExport(name));

  it('has the loss of answers, whatever they are batched with', async () => {
    const model = await openModel(opened(), '/');
    const objective = openObjective(model, 1);
    const answers = runtime.prompts.map(() => runtime.answer);
    const batches = layOutParts(answeredPrompts({ prompts: runtime.prompts, answers }), {
      objective: 'token',
      verbalizer: [],
      firstVirtualToken: model.tokenizer.firstVirtualToken,
      sharePrefix: false,
      deepRows: 0,
      batching: model.signature.batching,
    });
    let loss = 0;
    for (const batch of batches) loss += (await objective.score(batch, undefined)).loss * shareOf(batch, batches);
    await objective.close();
    expect(relativeError([loss], [expected.loss])).toBeLessThan(bound);
  });

  it('writes the same texts', async () => {
    const model = await openModel(opened(), '/');
    const generated = await generatedTokens(model, runtime.prompts, { most: expected.generated[0]!.length, end: [] });
    expect(generated).toEqual(expected.generated);
  });
});

describe.each(['deberta-v2', 'mobilebert'])('%s, as ONNX Runtime runs it by itself, a text at a time', (name) => {
  const { texts, position, token, loss } = runtime.models[name]!;
  const examples = (): readonly Example[] =>
    texts.map((prompt, row) => ({ row, prompt, masks: position, expected: '', label: -1, answer: [token] }));

  it('has the loss of each text, whatever it is batched with', async () => {
    const model = await openModel(assembleExport(name), '/');
    const objective = openObjective(model, 1);
    const options = { objective: 'token', firstVirtualToken: 600, sharePrefix: false, deepRows: 0 } as const;
    const found: number[] = [];
    for (const batch of layOutParts(examples(), { ...options, batching: model.signature.batching })) {
      const { logLikelihoods } = await objective.score(batch, undefined);
      batch.examples.forEach(({ row }, i) => (found[row] = -logLikelihoods![batch.expectedTokens[i]![0]]!));
    }
    await objective.close();
    expect(relativeError(found, loss)).toBeLessThan(1e-4);
  });

  it('has the slope of its loss as its gradient', async () => {
    const model = await openModel(assembleExport(name), '/');
    const { hiddenSize } = model.configuration;
    const objective = openObjective(model, 1);
    const [first] = virtualIds(model, 1);
    const options = { objective: 'token', firstVirtualToken: first!, sharePrefix: false, deepRows: 0 } as const;
    const batch = layOut(
      [{ row: 0, prompt: [2, 40, first!, 42, 3], masks: 1, expected: '', label: -1, answer: [token] }],
      options,
    );
    const promptAt = (by: number, along: ArrayLike<number>): SoftPrompt => ({
      rows: 1,
      hiddenSize,
      values: wave(hiddenSize).map((value, i) => value + by * along[i]!),
    });
    const { gradient } = await objective.step(batch, promptAt(0, wave(hiddenSize)));
    const size = Math.hypot(...gradient!);
    const along = gradient!.map((value) => value / size);
    const at = async (by: number): Promise<number> => (await objective.score(batch, promptAt(by, along))).loss;
    const slope = ((await at(2e-3)) - (await at(-2e-3))) / 4e-3;
    await objective.close();
    expect(Math.abs(slope - size)).toBeLessThan(5e-3 * size);
  });
});

describe('files of exporters that are no language model of one text', () => {
  it.each([
    ['not-causal-t5', /T5ForConditionalGeneration.*decoder/],
    ['not-causal-t5#merged', /T5ForConditionalGeneration.*decoder/],
    ['not-causal-token-classes', /BertForTokenClassification.*another task/],
  ])('%s is refused at opening, by its name', async (name, message) => {
    const folder = assembleExport(name.split('#')[0]!);
    const file = name.includes('#') ? join(folder, 'decoder_model_merged.onnx') : folder;
    await expect(openModel(file, '/')).rejects.toMatchObject({
      code: 'model-architecture',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['not-causal-t5', /reads an encoder/],
    ['not-causal-token-classes', /gives 9 numbers for each token and knows 600 words/],
  ])('%s is refused by its graph where its configuration does not say so', async (name, message) => {
    const place = join(mkdtempSync(join(tmpdir(), 'prompt-tuner-unsaid-')), name);
    cpSync(assembleExport(name), place, { recursive: true });
    const config = JSON.parse(readFileSync(join(place, 'config.json'), 'utf8')) as object;
    writeFileSync(
      join(place, 'config.json'),
      JSON.stringify({ ...config, architectures: null, is_encoder_decoder: false, num_attention_heads: 4 }),
    );
    await expect(openModel(place, '/')).rejects.toMatchObject({
      code: 'model-signature',
      message: expect.stringMatching(message) as string,
    });
    rmSync(place, { recursive: true });
  });
});
