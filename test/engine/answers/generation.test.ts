import { describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/model/openModel';
import { evaluate } from '../../../src/scoring/evaluate';
import { openGenerator } from '../../../src/decoding/generator';
import { generatedTokens } from '../../support/engine/generatedTokens';
import { layOut } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';
import { openSource } from '../../../src/objective/rows/source';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { type Task } from '../../../src/objective/task';
import { batchOptions } from '../../../src/objective/batch';
import { newSmallWorkspace, promptCases, randomPrompt } from '../../support/engine/exportedRun';

/**
 * The likeliest continuations by the graph that training scores with: the whole text anew for each token, its loss for
 * every token of the vocabulary.
 */
async function tokenByToken(
  { task, model, prompt }: Scene,
  prompts: readonly (readonly number[])[],
  most: number,
): Promise<readonly (readonly number[])[]> {
  const { vocabularySize } = model.tokenizer;
  const verbalizer = Array.from({ length: vocabularySize }, (_, token) => [[token]]);
  const objective = openObjective(model, 1);
  let texts = prompts;
  for (let i = 0; i < most; i++) {
    const examples = texts.map((ids, row) => ({ row, prompt: ids, expected: '', label: 0, answer: [0] }));
    const { scores } = await objective.score(
      layOut(examples, { ...batchOptions(task, model, 'scoring'), objective: 'label', verbalizer }),
      prompt,
    );
    texts = texts.map((ids, row) => {
      const ofRow = scores!.subarray(row * vocabularySize, (row + 1) * vocabularySize);
      return [...ids, ofRow.indexOf(ofRow.reduce((a, b) => Math.max(a, b)))];
    });
  }
  await objective.close();
  return texts.map((ids, row) => ids.slice(prompts[row]!.length));
}

interface Scene {
  readonly task: Task;
  readonly model: LanguageModel;
  readonly prompt: SoftPrompt;
}

/** A prompt so loud that generating without it, or without a part of it, shows. */
async function open(
  method: Parameters<ReturnType<typeof newSmallWorkspace>['task']>[0],
  set: Readonly<Record<string, unknown>> = {},
  body?: string,
): Promise<Scene> {
  const { task, model } = await newSmallWorkspace({ body, output: 'label: string' }).task(method, set);
  const { values, prefix, ...sizes } = randomPrompt(task, model);
  const louder = (numbers: Float32Array): Float32Array => numbers.map((value) => 4 * value);
  return {
    task,
    model,
    prompt: {
      ...sizes,
      values: louder(values),
      ...(prefix && { prefix: { ...prefix, values: louder(prefix.values) } }),
    },
  };
}

describe('what is generated', () => {
  it.each(promptCases)(
    'with $name is what the scores say, token by token, in prompts of different lengths at once',
    async ({ method, set, body }) => {
      const scene = await open(method, set, body);
      const examples = await openSource(scene.task, scene.model, 'test').examples([1, 2]);
      const prompts = examples.map(({ prompt }) => prompt);
      // Nothing ends an answer here, so that every token counts.
      const options = { most: 4, end: [] };
      const generated = await generatedTokens(scene.model, prompts, { ...options, soft: scene.prompt });
      const bare = await generatedTokens(
        scene.model,
        prompts.map((ids) => ids.filter((id) => id < scene.model.tokenizer.firstVirtualToken)),
        options,
      );
      expect(generated).toEqual(await tokenByToken(scene, prompts, 4));
      expect(generated).not.toEqual(bare);
    },
  );

  it('is what a prefix is judged by in a task of free text', async () => {
    const { task, model, prompt } = await open('v2', {
      'tune.length': 4,
      'tune.instruction': 'fixed',
      'config.maxOutputTokens': 8,
    });
    const [example] = await openSource(task, model, 'test').examples([1]);
    const [ids] = await generatedTokens(model, [example!.prompt], { most: 2, soft: prompt });
    const { predictions } = await evaluate(task, model, prompt, { split: 'test' });
    expect(predictions[1]!.predicted.startsWith(model.tokenizer.decode(ids!).trim())).toBe(true);
    const { predictions: bare } = await evaluate({ ...task, prefixRows: 0 }, model, undefined, { split: 'test' });
    expect(predictions.map(({ predicted }) => predicted)).not.toEqual(bare.map(({ predicted }) => predicted));
  });

  it('is refused with a prefix where the model takes no keys and values', async () => {
    const { model, prompt } = await open('v2', { 'tune.length': 4, 'tune.instruction': 'fixed' });
    const generator = await openGenerator(model);
    const without = await openGenerator({ ...model, signature: { ...model.signature, cache: [] } });
    await expect(without.generate([[1]], prompt, { most: 1 })).rejects.toMatchObject({ code: 'no-cache' });
    await Promise.all([generator.close(), without.close()]);
  });
});
