import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAdapter, readAdapterUse } from '../../../src/adapters/peft';
import { readSafetensors } from '../../../src/adapters/safetensors';
import { train } from '../../../src/tuning/train';
import { newWorkspace } from '../../support/engine/exportedRun';
import { assembleModel, modelFile } from '../../support/models/models';
import { openOnce } from '../../support/engine/workspace';
import { engineScores, scoreError } from '../../support/engine/scores';

const tolerance = 1e-4;
const recorded = ['prompt_tuning', 'p_tuning_mlp', 'p_tuning_lstm', 'prefix_tuning', 'prefix_tuning_projection'];

describe.each(['stories260k', 'gpt2-tiny', 'qwen3-tiny'])('adapters that PEFT wrote for %s', (name) => {
  it.each(recorded)('%s gives the logits that PEFT recorded', async (method) => {
    const folder = modelFile(`reference/${name}`, `peft/${method}`);
    const reference = JSON.parse(readFileSync(modelFile(`reference/${name}`, 'expected.json'), 'utf8')) as {
      readonly input_ids: readonly (readonly number[])[];
      readonly attention_mask: readonly (readonly number[])[];
    };
    const prompts = reference.input_ids.map((ids, row) =>
      ids.filter((_, i) => reference.attention_mask[row]![i] === 1),
    );
    const model = await openOnce(assembleModel(`reference/${name}`), '/');
    const { dims, values } = readSafetensors(readFileSync(join(folder, 'trainable.safetensors')), name).get(
      'last_logits',
    )!;
    const ours = await engineScores(model, await readAdapter(folder), prompts);
    expect(ours).toHaveLength(dims[0]!);
    ours.forEach((scores, row) =>
      expect(scoreError(scores, values.slice(row * dims[1]!, (row + 1) * dims[1]!))).toBeLessThan(tolerance),
    );
  });

  it.each(recorded)('%s trains further, from where PEFT left it', async (method) => {
    const folder = modelFile(`reference/${name}`, `peft/${method}`);
    const prompt = await readAdapter(folder);
    const use = await readAdapterUse(folder, prompt);
    const { task, model } = await newWorkspace({ model: assembleModel(`reference/${name}`) }).task(use.method, {
      ...use.set,
      'tune.steps': 2,
      'tune.learningRate': 0.01,
      'tune.batchSize': 4,
    });
    const training = train(task, model, { start: prompt });
    for (;;) {
      const next = await training.next();
      if (!next.done) continue;
      const { initial, prompt: trained } = next.value;
      expect([...(initial.prefix ?? initial).values]).toEqual([...(prompt.prefix ?? prompt).values]);
      expect([...(trained.prefix ?? trained).values]).not.toEqual([...(prompt.prefix ?? prompt).values]);
      break;
    }
  });
});
