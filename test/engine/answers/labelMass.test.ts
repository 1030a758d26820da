import { describe, expect, it } from 'vitest';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { layOut, type BatchOptions } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { openObjective } from '../../../src/objective/objective';
import { int64s, openSession } from '../../../src/onnx/runtime/session';
import { emptyPastFeeds } from '../../../src/model/graph/past';
import { evaluate } from '../../../src/scoring/evaluate';
import { labelMasses } from '../../../src/scoring/likelihood/labelMass';
import { meanProbabilities } from '../../../src/scoring/likelihood/likeliestTokens';
import { assembleModel } from '../../support/models/models';
import { makeWorkspace } from '../../support/engine/workspace';
import recorded from '../../models/label_mass.json';

type Recorded = (typeof recorded)['architectures/llama'] & { readonly masks?: readonly number[] };

const optionsFor = (model: LanguageModel): BatchOptions => ({
  objective: 'label',
  firstVirtualToken: model.tokenizer.firstVirtualToken,
  sharePrefix: false,
  deepRows: 0,
});

function examplesOf({ prompts, words, masks }: Recorded): readonly Example[] {
  const inPlace = words.map((list) => list.map((tokens) => ({ merged: 0, tokens })));
  return prompts.map((prompt, row) => ({
    row,
    prompt,
    ...(masks && { masks: masks[row]! }),
    expected: 'first',
    label: 0,
    answer: inPlace[0]![0]!.tokens,
    words: inPlace,
  }));
}

describe.each(Object.entries(recorded) as (readonly [string, Recorded])[])(
  "PyTorch's numbers on %s",
  (name, wanted) => {
    it('are the label masses, words that go on from others counted once', async () => {
      const model = await openModel(assembleModel(name), '/');
      const objective = openObjective(model, 1);
      const batch = layOut(examplesOf(wanted), optionsFor(model));
      const { logLikelihoods } = await objective.score(batch, undefined);
      await objective.close();
      labelMasses(batch, logLikelihoods!).forEach((mass, row) =>
        expect(Math.abs(mass / wanted.masses[row]! - 1), `row ${row}`).toBeLessThan(1e-4),
      );
    });

    it('are the likeliest tokens at the slot', async () => {
      const model = await openModel(assembleModel(name), '/');
      const means = await meanProbabilities(model, examplesOf(wanted), { batch: optionsFor(model) });
      wanted.ids.forEach((id, rank) => {
        expect(Math.abs(means[id]! / wanted.probabilities[rank]! - 1), `token ${id}`).toBeLessThan(1e-4);
        expect([...means].filter((mean) => mean > means[id]!)).toHaveLength(rank);
      });
    });
  },
);

/** Probabilities of all tokens behind a sequence, from the logits of the model as it is. */
async function probabilitiesBehind(model: LanguageModel, ids: readonly number[]): Promise<readonly number[]> {
  const { signature, trainingModel } = model;
  const session = await openSession(trainingModel);
  const feeds = {
    [signature.inputIds]: int64s([1, ids.length], ids),
    ...(signature.attentionMask && {
      [signature.attentionMask]: int64s(
        [1, ids.length],
        ids.map(() => 1),
      ),
    }),
    ...(signature.positionIds && {
      [signature.positionIds]: int64s(
        [1, ids.length],
        ids.map((_, i) => i),
      ),
    }),
    ...emptyPastFeeds(signature.past, 1),
  };
  const { data } = (await session.run(feeds))[signature.logits]!;
  await session.release();
  const logits = Array.from((data as Float32Array).slice(-(data.length / ids.length)));
  const exponentials = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

describe('the label mass of an evaluation', () => {
  const labels = '{ good: [" good", " good day"], bad: [" bad", " a great wonder"] }';

  it('is that of the full softmax, row by row, and its mean stands with the accuracy', async () => {
    const workspace = makeWorkspace({ labels });
    const { task, model } = await workspace.task('hard');
    const result = await evaluate(task, model, undefined, { split: 'test' });
    const { tokenizer } = model;
    const { input } = result.predictions[0]!;
    const text = `Say how the day went.\nText: ${input}\nThe day was`;
    const prompt = tokenizer.encode(text, true);
    const behind = (word: string) => tokenizer.encode(text + word, true).slice(prompt.length);
    let mass = 0;
    for (const word of [' good', ' bad', ' a great wonder']) {
      let [probability, ids] = [1, [...prompt]];
      for (const id of behind(word)) {
        probability *= (await probabilitiesBehind(model, ids))[id]!;
        ids = [...ids, id];
      }
      mass += probability;
    }
    await workspace.dispose();
    expect(behind(' a great wonder').length).toBeGreaterThan(1);
    expect(Math.abs(result.predictions[0]!.labelMass! / mass - 1)).toBeLessThan(1e-3);
    const masses = result.predictions.map((row) => row.labelMass!);
    expect(result.labelMass).toBeCloseTo(masses.reduce((sum, one) => sum + one, 0) / masses.length, 10);
  });

  it('where it is low, comes with the five tokens that the model would rather write', async () => {
    const workspace = makeWorkspace({ labels: '{ good: [" zebra"], bad: [" quartz"] }' });
    const { task, model } = await workspace.task('hard');
    const { labelMass, likeliest } = await evaluate(task, model, undefined, { split: 'test' });
    await workspace.dispose();
    expect(labelMass).toBeGreaterThan(0);
    expect(labelMass).toBeLessThan(0.1);
    expect(likeliest!.rows).toBe(8);
    expect(likeliest!.tokens).toHaveLength(5);
    expect(likeliest!.tokens.map(({ probability }) => probability)).toEqual(
      likeliest!.tokens.map(({ probability }) => probability).sort((a, b) => b - a),
    );
    expect(likeliest!.tokens.every(({ text }) => text.startsWith(' '))).toBe(true);
  });

  it('is absent of free text', async () => {
    const workspace = makeWorkspace({ output: 'label: string' });
    const { task, model } = await workspace.task('hard');
    const result = await evaluate(task, model, undefined, { split: 'test' });
    await workspace.dispose();
    expect('labelMass' in result).toBe(false);
    expect(result.predictions.every((row) => !('labelMass' in row))).toBe(true);
  });
});
