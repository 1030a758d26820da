import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../../src/model/openModel';
import { layOut, type Batch } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';
import { answeredPrompts, virtualIds, wave } from '../../support/engine/decoderReference';
import { assembleModel } from '../../support/models/models';

const virtual = 3;
const step = 2e-3;

describe('a mixture of experts', () => {
  it('has the gradient of central differences whichever experts a batch chooses, or none does', async () => {
    const model = await openModel(join(assembleModel('architectures/qwen3-moe'), 'model.safetensors'), '/');
    const { hiddenSize } = model.configuration;
    const objective = openObjective(model, 1);
    const batchOf = (prompts: readonly (readonly number[])[]): Batch =>
      layOut(answeredPrompts({ prompts, answers: prompts.map((_, i) => [7 + i]) }, virtualIds(model, virtual)), {
        objective: 'token',
        verbalizer: [],
        firstVirtualToken: model.tokenizer.firstVirtualToken,
        sharePrefix: false,
        deepRows: 0,
      });
    const values = wave(virtual * hiddenSize);
    const direction = wave(virtual * hiddenSize, 2);
    const lossAt = async (batch: Batch, offset: number): Promise<number> => {
      const moved = values.map((value, i) => value + offset * direction[i]!);
      return (await objective.score(batch, { rows: virtual, hiddenSize, values: moved })).loss;
    };
    try {
      // One graph serves them all: few tokens leave experts without any, many crowd them.
      for (const prompts of [
        [[1]],
        [[5, 5, 5, 5, 5, 5]],
        [
          [1, 9],
          [33, 40, 41, 42, 50],
        ],
        [
          [2, 3],
          [4, 6],
          [8, 60],
        ],
      ]) {
        const batch = batchOf(prompts);
        const { gradient } = await objective.step(batch, { rows: virtual, hiddenSize, values });
        const slope = gradient!.reduce((sum, each, i) => sum + each * direction[i]!, 0);
        const measured = ((await lossAt(batch, step)) - (await lossAt(batch, -step))) / (2 * step);
        expect(Math.abs(slope - measured), String(prompts)).toBeLessThan(5e-3 * Math.max(1, Math.abs(measured)));
      }
    } finally {
      await objective.close();
    }
  });
});
