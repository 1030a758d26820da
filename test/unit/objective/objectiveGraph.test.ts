import { describe, expect, it } from 'vitest';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { buildObjective } from '../../../src/objective/objectiveGraph';
import type { ObjectivePlan } from '../../../src/objective/objectiveNames';
import { assembleModel } from '../../support/models/models';

const plan: ObjectivePlan = {
  objective: 'label',
  sharedPrefix: true,
  virtualInPrefix: true,
  virtualInSequences: false,
  packed: false,
  deepPrefix: false,
  gradient: false,
  checkpointing: false,
};
/** Every kind of graph over one layout, and every layout of one kind. */
const plans: readonly ObjectivePlan[] = [
  plan,
  { ...plan, nextTokens: true, objective: 'token' },
  { ...plan, gradient: true },
  { ...plan, gradient: true, objective: 'token', tokenSmoothing: 0.1 },
  { ...plan, gradient: true, checkpointing: true },
  { ...plan, packed: true },
  { ...plan, packed: true, nextTokens: true, objective: 'token' },
  { ...plan, packed: true, gradient: true },
  { ...plan, sharedPrefix: false, virtualInPrefix: false, virtualInSequences: true },
  { ...plan, virtualInSequences: true },
  { ...plan, virtualInPrefix: false, deepPrefix: true, gradient: true },
];

const open = (): Promise<LanguageModel> => openModel(assembleModel('architectures/llama'), '/');

describe('the graph of a model and its loss', () => {
  it('is built once for each model, and another for each plan and each model', async () => {
    const [model, other] = [await open(), await open()];
    const built = await buildObjective(model, plan);
    expect(await buildObjective(model, { ...plan })).toBe(built);
    expect(await buildObjective(model, { ...plan, sharedPrefix: false })).not.toBe(built);
    expect(await buildObjective(other, plan)).not.toBe(built);
  });

  it('is the same whatever was built of the model before', async () => {
    const model = await open();
    for (const one of plans) {
      const { graph } = await buildObjective(model, one);
      expect(graph, JSON.stringify(one)).toEqual((await buildObjective(await open(), one)).graph);
    }
  });

  it('is tried again where it failed', async () => {
    const model = await open();
    const encoder = { ...model, signature: { ...model.signature, cache: [], past: [] } };
    const wanted = { ...plan, deepPrefix: true };
    await expect(buildObjective(encoder, wanted)).rejects.toMatchObject({ code: 'no-cache' });
    await expect(buildObjective(encoder, wanted)).rejects.toMatchObject({ code: 'no-cache' });
  });
});
