import { afterAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/model/openModel';
import type { Node } from '../../../src/onnx/graph';
import type { Method } from '../../../src/template/settings/settings';
import { tuneBlackBox } from '../../../src/tuning/blackBox/blackBox';
import type { Checkpoint } from '../../../src/tuning/checkpoint';
import type { Task } from '../../../src/objective/task';
import { train, type TrainedPrompt, type TrainEvent, type TrainOptions } from '../../../src/tuning/train';
import { makeTinyWorkspace, type Workspace } from '../../support/engine/workspace';

const workspaces: Workspace[] = [];
afterAll(() => Promise.all(workspaces.map((workspace) => workspace.dispose())));

async function smallTask(
  method: Method,
  set: Readonly<Record<string, unknown>> = {},
): Promise<{ task: Task; model: LanguageModel }> {
  const workspace = makeTinyWorkspace();
  workspaces.push(workspace);
  return workspace.task(method, {
    'tune.length': 4,
    'tune.steps': 8,
    'tune.batchSize': 8,
    'tune.evalEvery': 4,
    'tune.instruction': 'fixed',
    'tune.learningRate': 2,
    ...set,
  });
}

async function finish(
  training: AsyncGenerator<TrainEvent, TrainedPrompt>,
): Promise<{ readonly events: readonly TrainEvent[]; readonly trained: TrainedPrompt }> {
  const events: TrainEvent[] = [];
  for (;;) {
    const next = await training.next();
    if (next.done) return { events, trained: next.value };
    events.push(next.value);
  }
}

const tune = (task: Task, model: LanguageModel, options: TrainOptions = {}): ReturnType<typeof finish> =>
  finish(tuneBlackBox(task, model, options));
const losses = (events: readonly TrainEvent[]): readonly number[] =>
  events.flatMap((event) => (event.kind === 'step' ? [event.loss] : []));
const checkpoints = (events: readonly TrainEvent[]): readonly Checkpoint[] =>
  events.flatMap((event) => (event.kind === 'checkpoint' ? [event.checkpoint] : []));

/** The model with an operator behind the embeddings that changes no number and has no gradient rule. */
function withoutRule(model: LanguageModel): LanguageModel {
  const { graph } = model.trainingModel;
  const [output] = model.signature.embedding.outputs as [string];
  const shrink: Node = {
    op: 'Shrink',
    domain: '',
    name: 'shrink',
    inputs: [output],
    outputs: ['shrunk'],
    attributes: { lambd: { kind: 'float', value: 0 }, bias: { kind: 'float', value: 0 } },
  };
  const nodes = graph.nodes.flatMap((node) =>
    node === model.signature.embedding
      ? [node, shrink]
      : [{ ...node, inputs: node.inputs.map((input) => (input === output ? 'shrunk' : input)) }],
  );
  return { ...model, trainingModel: { ...model.trainingModel, graph: { ...graph, nodes } } };
}

describe('black-box tuning', () => {
  it('lowers the loss of a model that cannot be differentiated', async () => {
    const { task, model } = await smallTask('soft', { 'tune.steps': 12, 'tune.learningRate': 30 });
    const opaque = withoutRule(model);
    await expect(finish(train(task, opaque))).rejects.toMatchObject({ code: 'no-rule' });
    const seen = losses((await tune(task, opaque)).events);
    expect(seen.at(-1)).toBeLessThan(seen[0]! * 0.98);
  });

  it.each([
    ['v1', 2],
    ['v2', 0.5],
  ] as const)('lowers the loss of %s', async (method, stepSize) => {
    const { task, model } = await smallTask(method, { 'tune.learningRate': stepSize });
    const { events, trained } = await tune(task, model);
    expect(Math.min(...losses(events).slice(-3))).toBeLessThan(losses(events)[0]!);
    expect([trained.prompt.rows, trained.prompt.prefix?.rows]).toEqual(method === 'v2' ? [0, 4] : [4, undefined]);
  });

  it('begins at the prompt that training would begin at', async () => {
    const { task, model } = await smallTask('soft', { 'tune.steps': 1 });
    const [black, trained] = [await tune(task, model), await finish(train(task, model))];
    expect(black.trained.initial).toEqual(trained.trained.initial);
    expect(losses(black.events)[0]).toBeCloseTo(losses(trained.events)[0]!, 5);
  });

  it('tells of its work as training does, and keeps the best prompt', async () => {
    const { task, model } = await smallTask('soft');
    const { events, trained } = await tune(task, model);
    expect(events.map(({ kind }) => kind)).toEqual([
      'rate',
      'step',
      'step',
      'step',
      'step',
      'dev',
      'checkpoint',
      'step',
      'step',
      'step',
      'step',
      'dev',
      'checkpoint',
    ]);
    expect(
      events.flatMap((event) => (event.kind === 'dev' && event.step === trained.best!.step ? [event.loss] : [])),
    ).toEqual([trained.best!.loss]);
  });

  it('stops when told to, with a checkpoint', async () => {
    const { task, model } = await smallTask('soft');
    const stop = new AbortController();
    const seen: TrainEvent[] = [];
    const search = tuneBlackBox(task, model, { signal: stop.signal });
    let next = await search.next();
    while (!next.done) {
      seen.push(next.value);
      if (next.value.kind === 'step') stop.abort();
      next = await search.next();
    }
    expect(next.value.stopped).toBe(true);
    expect(checkpoints(seen).map(({ step }) => step)).toEqual([1]);
  });

  it('refuses the checkpoint of a training', async () => {
    const { task, model } = await smallTask('soft', { 'tune.steps': 1 });
    const [stored] = checkpoints((await finish(train(task, model))).events);
    await expect(tune(task, model, { resume: stored })).rejects.toMatchObject({ code: 'checkpoint-shape' });
  });
});
