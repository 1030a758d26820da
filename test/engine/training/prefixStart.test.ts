import { describe, expect, it } from 'vitest';
import { layOut } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';
import { initialPrefix } from '../../../src/tuning/start/prefixStart';
import { prefixWidth } from '../../../src/objective/prompt';
import { openSource } from '../../../src/objective/rows/source';
import { batchOptions } from '../../../src/objective/batch';
import { newWorkspace } from '../../support/engine/exportedRun';

const open = (set: Readonly<Record<string, unknown>>) =>
  newWorkspace().task('v2', { 'tune.length': 6, 'tune.instruction': 'fixed', ...set });
const meanSquare = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length;

describe('where a prefix starts', () => {
  it("is the keys and values of the template's instruction: it acts as that text in front does", async () => {
    const { task, model } = await open({});
    const words = model.tokenizer.encode('Say how the day went.', false);
    const width = prefixWidth(model);
    const examples = await openSource(task, model, 'test').examples([0, 1, 2]);
    const objective = openObjective(model, 1);
    const rows = task.prefixRows;
    const prefix = { rows, width, values: await initialPrefix(task, model) };
    const behind = await objective.score(layOut(examples, batchOptions(task, model, 'scoring')), {
      rows: 0,
      hiddenSize: 0,
      values: new Float32Array(),
      prefix,
    });
    const text = Array.from({ length: rows }, (_, i) => words[i % words.length]!);
    const written = examples.map((example) => ({ ...example, prompt: [...text, ...example.prompt] }));
    const after = await objective.score(
      layOut(written, { ...batchOptions(task, model, 'scoring'), deepRows: 0 }),
      undefined,
    );
    await objective.close();
    behind.scores!.forEach((score, i) => expect(Math.abs(score - after.scores![i]!)).toBeLessThan(1e-4));
  });

  it('is zero, or normal with a spread of 0.02 that follows the seed', async () => {
    const startAt = async (set: Readonly<Record<string, unknown>>): Promise<Float32Array> => {
      const { task, model } = await open(set);
      return initialPrefix(task, model);
    };
    expect((await startAt({ 'tune.init': 'zero' })).every((value) => value === 0)).toBe(true);
    const [first, again, other] = [
      await startAt({ 'tune.init': 'normal' }),
      await startAt({ 'tune.init': 'normal' }),
      await startAt({ 'tune.init': 'normal', 'tune.seed': 2 }),
    ];
    expect(Math.sqrt(meanSquare(first))).toBeCloseTo(0.02, 3);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('is never uniform, which only virtual tokens can be', async () => {
    const { task, model } = await open({ 'tune.init': 'uniform' });
    await expect(initialPrefix(task, model)).rejects.toMatchObject({
      code: 'invalid-value',
      message: 'A prefix of keys and values cannot start uniform.',
    });
  });
});
