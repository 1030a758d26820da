import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAdapter } from '../../../src/adapters/peft';
import { readSafetensors } from '../../../src/adapters/safetensors';
import type { LanguageModel } from '../../../src/model/openModel';
import { layOut, type BatchOptions } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { openEncoder, type Parameters } from '../../../src/tuning/encoder/encoder';
import { openObjective } from '../../../src/objective/objective';
import { prefixWidth } from '../../../src/objective/prompt';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { assembleModel, modelFile } from '../../support/models/models';
import { openOnce } from '../../support/engine/workspace';
import { relativeError } from '../../support/engine/relativeError';

/** What PEFT computed for the same weights, prompt and rows. */
interface Reference {
  readonly texts: readonly string[];
  readonly answers: readonly string[];
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly labels: readonly (readonly number[])[];
  readonly hard_loss: number;
  readonly prompt_tuning: { readonly loss: number };
  readonly p_tuning_mlp: { readonly loss: number };
  readonly p_tuning_lstm: { readonly loss: number };
  readonly prefix_tuning: { readonly loss: number };
  readonly prefix_tuning_projection: { readonly loss: number };
}

const virtualTokens = 8;

/** The oracle recorded this one with GPT-2's dropout switched on; this is what PyTorch 2.13 gives with it off. */
const hardLossInEvaluation: Readonly<Record<string, number>> = { 'gpt2-tiny': 6.583550453186035 };

function readReference(name: string): Reference {
  return JSON.parse(readFileSync(modelFile(`reference/${name}`, 'expected.json'), 'utf8')) as Reference;
}

/** Trained arrays and their gradients as PEFT recorded them, under PEFT's names. */
function arraysOf(model: string, method: string): readonly [Parameters, Parameters] {
  const tensors = readSafetensors(
    readFileSync(modelFile(`reference/${model}`, `peft/${method}/trainable.safetensors`)),
    model,
  );
  const under = (prefix: string): Parameters =>
    Object.fromEntries(
      [...tensors]
        .filter(([array]) => array.startsWith(prefix))
        .map(([array, tensor]) => [array.slice(prefix.length), tensor]),
    );
  return [under('param.default.'), under('grad.default.')];
}

/** The oracle's rows as examples; `virtual` puts the eight virtual tokens in front. */
function examplesOf(reference: Reference, { tokenizer }: LanguageModel, virtual: boolean): readonly Example[] {
  const front = virtual ? Array.from({ length: virtualTokens }, (_, i) => tokenizer.firstVirtualToken + i) : [];
  return reference.input_ids.map((ids, row) => {
    const answerAt = reference.labels[row]!.findIndex((label) => label >= 0);
    const answer = reference.labels[row]!.filter((label) => label >= 0);
    return { row, prompt: [...front, ...ids.slice(0, answerAt)], expected: reference.answers[row]!, label: -1, answer };
  });
}

function optionsFor(model: LanguageModel, sharePrefix: boolean, deepRows = 0): BatchOptions {
  return {
    objective: 'token',
    verbalizer: [],
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix,
    deepRows,
  };
}

describe.each(['stories260k', 'gpt2-tiny', 'qwen3-tiny'])('against PEFT on %s', (name) => {
  const folder = assembleModel(`reference/${name}`);
  const trainable = (): ReturnType<typeof readSafetensors> =>
    readSafetensors(readFileSync(modelFile(`reference/${name}`, 'peft/prompt_tuning/trainable.safetensors')), name);
  const prompt = (hiddenSize: number): SoftPrompt => ({
    rows: virtualTokens,
    hiddenSize,
    values: trainable().get('param.default.embedding.weight')!.values,
  });

  it('tokenises the texts as transformers does', async () => {
    const model = await openOnce(folder, '/');
    const reference = readReference(name);
    reference.texts.forEach((text, row) => {
      const [example] = examplesOf(
        { ...reference, input_ids: [reference.input_ids[row]!], labels: [reference.labels[row]!] },
        model,
        false,
      );
      expect(model.tokenizer.encode(text, true)).toEqual(example!.prompt);
    });
  });

  it('has the loss of the text alone', async () => {
    const model = await openOnce(folder, '/');
    const objective = openObjective(model, 1);
    const reference = readReference(name);
    const { loss } = await objective.score(
      layOut(examplesOf(reference, model, false), optionsFor(model, false)),
      undefined,
    );
    await objective.close();
    expect(relativeError([loss], [hardLossInEvaluation[name] ?? reference.hard_loss])).toBeLessThan(1e-4);
  });

  it.each([
    ['with every sequence run whole', false],
    ['with the shared opening run once', true],
  ] as const)('has the loss and the prompt gradient of prompt tuning %s', async (_, sharePrefix) => {
    const model = await openOnce(folder, '/');
    const objective = openObjective(model, 1);
    const reference = readReference(name);
    const batch = layOut(examplesOf(reference, model, true), optionsFor(model, sharePrefix));
    expect(batch.prefixLength > 0).toBe(sharePrefix);
    const { loss, gradient } = await objective.step(batch, prompt(model.configuration.hiddenSize));
    await objective.close();
    expect(relativeError([loss], [reference.prompt_tuning.loss])).toBeLessThan(1e-4);
    expect(relativeError(gradient!, trainable().get('grad.default.embedding.weight')!.values)).toBeLessThan(1e-4);
  });

  it.each(['mlp', 'lstm'] as const)(
    "has the loss and the gradient of every array of P-tuning's %s encoder",
    async (kind) => {
      const model = await openOnce(folder, '/');
      const { hiddenSize } = model.configuration;
      const [parameters, gradients] = arraysOf(name, `p_tuning_${kind}`);
      const encoder = await openEncoder({
        kind,
        rows: virtualTokens,
        inputSize: hiddenSize,
        hiddenSize: 32,
        outputSize: hiddenSize,
      });
      const values = await encoder.forward(parameters);
      const objective = openObjective(model, 1);
      const reference = readReference(name);
      const { loss, gradient } = await objective.step(
        layOut(examplesOf(reference, model, true), optionsFor(model, true)),
        { rows: virtualTokens, hiddenSize, values },
      );
      const flowing = await encoder.backward(parameters, gradient!);
      await Promise.all([objective.close(), encoder.close()]);
      expect(relativeError([loss], [reference[`p_tuning_${kind}`].loss])).toBeLessThan(1e-4);
      expect(Object.keys(flowing).sort()).toEqual(Object.keys(gradients).sort());
      for (const [array, { values: expected }] of Object.entries(gradients))
        expect([array, relativeError(flowing[array]!, expected) < 1e-4]).toEqual([array, true]);
    },
  );

  it.each([
    ['directly', 'prefix_tuning', false],
    ['directly, with the shared opening run once', 'prefix_tuning', true],
    ['through the projection', 'prefix_tuning_projection', true],
  ] as const)('has the loss and gradient of prefix tuning trained %s', async (_, method, sharePrefix) => {
    const model = await openOnce(folder, '/');
    const width = prefixWidth(model);
    const [parameters, gradients] = arraysOf(name, method);
    const encoder =
      method === 'prefix_tuning'
        ? undefined
        : await openEncoder({
            kind: 'projection',
            rows: virtualTokens,
            inputSize: parameters['embedding.weight']!.dims[1]!,
            hiddenSize: 32,
            outputSize: width,
          });
    const values = (await encoder?.forward(parameters)) ?? parameters['embedding.weight']!.values;
    const objective = openObjective(model, 1);
    const reference = readReference(name);
    const examples = sharePrefix
      ? examplesOf(reference, model, false).filter((example) => example.prompt.length > 4)
      : examplesOf(reference, model, false);
    expect(examples).toHaveLength(reference.texts.length);
    const batch = layOut(examples, optionsFor(model, sharePrefix, virtualTokens));
    const { loss, prefixGradient } = await objective.step(batch, {
      rows: 0,
      hiddenSize: model.configuration.hiddenSize,
      values: new Float32Array(),
      prefix: { rows: virtualTokens, width, values },
    });
    const flowing = (await encoder?.backward(parameters, prefixGradient!)) ?? { 'embedding.weight': prefixGradient! };
    await Promise.all([objective.close(), encoder?.close()]);
    expect(relativeError([loss], [reference[method].loss])).toBeLessThan(1e-4);
    for (const [array, { values: expected }] of Object.entries(gradients))
      expect([array, relativeError(flowing[array]!, expected) < 1e-4]).toEqual([array, true]);
  });

  it('opens the adapter that PEFT saved', async () => {
    const adapter = await readAdapter(modelFile(`reference/${name}`, 'peft/prompt_tuning'));
    expect(relativeError(adapter.values, prompt(adapter.hiddenSize).values)).toBe(0);
  });
});
