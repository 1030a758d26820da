import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../src/adapters/safetensors';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { layOut, type BatchOptions } from '../../../src/objective/batch';
import { layOutParts, shareOf } from '../../../src/objective/batchParts';
import type { Example } from '../../../src/objective/example';
import { openObjective } from '../../../src/objective/objective';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { assembleModel, modelFile } from '../../support/models/models';
import { relativeError } from '../../support/engine/relativeError';

interface Numbers {
  readonly loss: number;
  readonly gradient: readonly number[];
}

/** What PyTorch computes, see `test/support/objective/smoothed.py`. */
const oracle = JSON.parse(readFileSync(join('test', 'support', 'objective', 'smoothed.json'), 'utf8')) as {
  readonly weights: readonly number[];
  readonly smoothing: number;
  readonly models: Readonly<Record<string, Readonly<Record<'weighted' | 'smoothed', Numbers>>>>;
};

const virtualTokens = 8;

interface ReferenceRows {
  readonly input_ids: readonly (readonly number[])[];
  readonly labels: readonly (readonly number[])[];
}

/** The reference rows behind eight virtual tokens, each with its weight. */
function weightedExamples(name: string, { tokenizer }: LanguageModel): readonly Example[] {
  const rows = JSON.parse(readFileSync(modelFile(`reference/${name}`, 'expected.json'), 'utf8')) as ReferenceRows;
  const front = Array.from({ length: virtualTokens }, (_, i) => tokenizer.firstVirtualToken + i);
  return rows.input_ids.map((ids, row) => {
    const labels = rows.labels[row]!;
    const prompt = [
      ...front,
      ...ids.slice(
        0,
        labels.findIndex((label) => label >= 0),
      ),
    ];
    const answer = labels.filter((label) => label >= 0);
    return { row, prompt, expected: '', label: -1, answer, weight: oracle.weights[row]! };
  });
}

function trainedPrompt(name: string, { configuration: { hiddenSize } }: LanguageModel): SoftPrompt {
  const file = modelFile(`reference/${name}`, 'peft/prompt_tuning/trainable.safetensors');
  const values = readSafetensors(readFileSync(file), name).get('param.default.embedding.weight')!.values;
  return { rows: virtualTokens, hiddenSize, values };
}

const optionsFor = ({ tokenizer }: LanguageModel, changes: Partial<BatchOptions>): BatchOptions => ({
  objective: 'token',
  firstVirtualToken: tokenizer.firstVirtualToken,
  sharePrefix: false,
  deepRows: 0,
  weighted: true,
  ...changes,
});

describe.each(Object.keys(oracle.models))('rows with weights on %s', (name) => {
  it.each([
    ['weighted', 0],
    ['smoothed', oracle.smoothing],
  ] as const)('have the loss and prompt gradient of PyTorch, %s', async (kind, labelSmoothing) => {
    const model = await openModel(assembleModel(`reference/${name}`), '/');
    const objective = openObjective(model, 1);
    const batch = layOut(weightedExamples(name, model), optionsFor(model, { labelSmoothing }));
    const { loss, gradient } = await objective.step(batch, trainedPrompt(name, model));
    await objective.close();
    const expected = oracle.models[name]![kind];
    expect(relativeError([loss], [expected.loss])).toBeLessThan(1e-4);
    expect(relativeError(gradient!, expected.gradient)).toBeLessThan(1e-4);
  });
});

describe('weights and label smoothing', () => {
  it('come to the same numbers when a batch is taken in parts', async () => {
    const model = await openModel(assembleModel('reference/stories260k'), '/');
    const objective = openObjective(model, 1);
    const prompt = trainedPrompt('stories260k', model);
    const examples = weightedExamples('stories260k', model);
    const options = optionsFor(model, { labelSmoothing: 0.2 });
    const whole = await objective.step(layOut(examples, options), prompt);
    const parts = layOutParts(examples, { ...options, batching: { kind: 'apart', aloneFrom: Infinity } });
    expect(parts).toHaveLength(examples.length);
    let loss = 0;
    for (const part of parts) loss += (await objective.step(part, prompt)).loss * shareOf(part, parts);
    await objective.close();
    expect(loss).toBeCloseTo(whole.loss, 4);
  });

  it('let a row of weight 0 change nothing', async () => {
    const model = await openModel(assembleModel('reference/stories260k'), '/');
    const objective = openObjective(model, 1);
    const prompt = trainedPrompt('stories260k', model);
    const [first, second, third] = weightedExamples('stories260k', model) as [Example, Example, Example];
    const options = optionsFor(model, {});
    const without = await objective.step(layOut([first, third], options), prompt);
    const ignored = await objective.step(layOut([first, { ...second, weight: 0 }, third], options), prompt);
    await objective.close();
    expect(ignored.loss).toBeCloseTo(without.loss, 4);
    expect(relativeError(ignored.gradient!, without.gradient!)).toBeLessThan(1e-4);
  });

  it('aim at all labels a little, each row by its weight', async () => {
    const model = await openModel(assembleModel('reference/stories260k'), '/');
    const objective = openObjective(model, 1);
    const [labels, smoothing] = [[[[300]], [[301]], [[302]]], 0.3];
    const examples = weightedExamples('stories260k', model).map((example, e) => ({
      ...example,
      label: e,
      answer: labels[e]![0]!,
      words: labels.map((words) => words.map((tokens) => ({ merged: 0, tokens }))),
    }));
    const batch = layOut(examples, optionsFor(model, { objective: 'label', labelSmoothing: smoothing }));
    const { loss, scores } = await objective.score(batch, trainedPrompt('stories260k', model));
    await objective.close();
    const total = oracle.weights.reduce((sum, weight) => sum + weight, 0);
    const expected = examples.reduce((sum, { label }, e) => {
      const row = [...scores!.subarray(3 * e, 3 * e + 3)];
      const normalizer = Math.log(row.reduce((part, score) => part + Math.exp(score), 0));
      const spread = row.reduce((part, score) => part + (score - normalizer), 0) / row.length;
      const aimed = (1 - smoothing) * (row[label]! - normalizer) + smoothing * spread;
      return sum - (oracle.weights[e]! / total) * aimed;
    }, 0);
    expect(loss).toBeCloseTo(expected, 4);
  });
});
