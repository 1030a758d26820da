import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/model/openModel';
import { openModel } from '../../../src/model/openModel';
import { mean } from '../../../src/scoring/statistics/mean';
import { evaluate } from '../../../src/scoring/evaluate';
import { generatedTokens } from '../../support/engine/generatedTokens';
import { layOut } from '../../../src/objective/batch';
import { tuneBlackBox } from '../../../src/tuning/blackBox/blackBox';
import type { Checkpoint } from '../../../src/tuning/checkpoint';
import { openObjective } from '../../../src/objective/objective';
import { openSource } from '../../../src/objective/rows/source';
import { type Task } from '../../../src/objective/task';
import { batchOptions } from '../../../src/objective/batch';
import { train, type TrainedPrompt, type TrainEvent, type TrainOptions } from '../../../src/tuning/train';
import {
  embedded,
  initialPrompt,
  makeTinyWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../support/engine/workspace';

const workspaces: Workspace[] = [];
afterAll(() => Promise.all(workspaces.map((workspace) => workspace.dispose())));

const quick = {
  'tune.length': 4,
  'tune.steps': 6,
  'tune.batchSize': 3,
  'tune.evalEvery': 2,
  'tune.learningRate': 0.05,
};

async function softTask(
  set: Readonly<Record<string, unknown>> = {},
  options: WorkspaceOptions = {},
): Promise<{ task: Task; model: LanguageModel }> {
  const workspace = makeTinyWorkspace(options);
  workspaces.push(workspace);
  return workspace.task('soft', { ...quick, ...set });
}

async function finish(
  task: Task,
  model: LanguageModel,
  options: TrainOptions = {},
): Promise<{ readonly events: readonly TrainEvent[]; readonly trained: TrainedPrompt }> {
  const events: TrainEvent[] = [];
  const training = (task.settings.blackBox ? tuneBlackBox : train)(task, model, options);
  for (;;) {
    const next = await training.next();
    if (next.done) return { events, trained: next.value };
    events.push(next.value);
  }
}

const losses = (events: readonly TrainEvent[]): readonly number[] =>
  events.flatMap((event) => (event.kind === 'step' ? [event.loss] : []));
const checkpoints = (events: readonly TrainEvent[]): readonly Checkpoint[] =>
  events.flatMap((event) => (event.kind === 'checkpoint' ? [event.checkpoint] : []));

describe('training virtual tokens', () => {
  it('gives the same numbers for the same seed, and others for another', async () => {
    const { task, model } = await softTask();
    const [first, second] = [await finish(task, model), await finish(task, model)];
    expect(losses(second.events)).toEqual(losses(first.events));
    expect(second.trained.prompt.values).toEqual(first.trained.prompt.values);
    const other = await finish({ ...task, settings: { ...task.settings, seed: 2 } }, model);
    expect(losses(other.events)).not.toEqual(losses(first.events));
  });

  it('lowers the loss on the rows it sees', async () => {
    const { task, model } = await softTask({ 'tune.steps': 30, 'tune.batchSize': 8, 'tune.evalEvery': 30 });
    const seen = losses((await finish(task, model)).events);
    expect(seen.at(-1)).toBeLessThan(seen[0]! * 0.8);
  });

  it('moves the prompt by exactly minus its gradient in one SGD step of rate 1', async () => {
    const { task, model } = await softTask({
      'tune.optimizer': 'sgd',
      'tune.learningRate': 1,
      'tune.steps': 1,
      'tune.schedule': 'constant',
      'tune.warmup': 0,
      'tune.weightDecay': 0,
      'tune.clip': 0,
      'tune.batchSize': 8,
    });
    const start = initialPrompt(task, model);
    const { trained } = await finish(task, model, { start });
    const objective = openObjective(model);
    const rows = await openSource(task, model, 'train').examples([0, 1, 2, 3, 4, 5, 6, 7]);
    const sorted = [...rows].sort((a, b) => a.prompt.length + a.answer.length - b.prompt.length - b.answer.length);
    const { gradient } = await objective.step(layOut(sorted, batchOptions(task, model, 'training')), start);
    await objective.close();
    const largest = Math.max(...gradient!.map(Math.abs));
    trained.prompt.values.forEach((value, i) =>
      expect(Math.abs(start.values[i]! - gradient![i]! - value)).toBeLessThan(1e-5 * largest + 1e-7),
    );
  });

  it('averages accumulated batches into the step of one large batch', async () => {
    const settings = {
      'tune.steps': 1,
      'tune.evalEvery': 1,
      'tune.optimizer': 'sgd',
      'tune.learningRate': 1,
      'tune.clip': 0,
      'tune.warmup': 0,
    };
    const large = await softTask({ ...settings, 'tune.batchSize': 8 });
    const small = await softTask({ ...settings, 'tune.batchSize': 3, 'tune.accumulate': 3 });
    const [one, three] = [await finish(large.task, large.model), await finish(small.task, small.model)];
    expect(losses(three.events)[0]).toBeCloseTo(losses(one.events)[0]!, 5);
    one.trained.prompt.values.forEach((value, i) => expect(three.trained.prompt.values[i]).toBeCloseTo(value, 5));
  });

  it('keeps the prompt of the best dev evaluation', async () => {
    const { task, model } = await softTask({ 'tune.learningRate': 0.5, 'tune.steps': 8, 'tune.evalEvery': 1 });
    const { events, trained } = await finish(task, model);
    const dev = events.flatMap((event) => (event.kind === 'dev' ? [event] : []));
    const best = [...dev].sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss)[0]!;
    expect(trained.best).toEqual({ step: best.step, loss: best.loss, accuracy: best.accuracy });
    const kept = checkpoints(events).find((checkpoint) => checkpoint.step === best.step)!;
    expect(trained.prompt.values).toEqual(kept.arrays['parameter.prompt']);
  });

  it('ends with a sentence when the loss is no longer a number', async () => {
    const { task, model } = await softTask({
      'tune.learningRate': 1e38,
      'tune.optimizer': 'sgd',
      'tune.clip': 0,
      'tune.warmup': 0,
    });
    await expect(finish(task, model)).rejects.toMatchObject({ code: 'loss-not-finite' });
  });

  it('stops between steps when asked, and leaves a checkpoint', async () => {
    const { task, model } = await softTask();
    const controller = new AbortController();
    const training = train(task, model, { signal: controller.signal });
    const events: TrainEvent[] = [];
    for (;;) {
      const next = await training.next();
      if (next.done) {
        expect(next.value.stopped).toBe(true);
        break;
      }
      events.push(next.value);
      if (next.value.kind === 'step' && next.value.step === 3) controller.abort();
    }
    expect(checkpoints(events).at(-1)!.step).toBe(3);
  });
});

describe.each([
  ['soft', {}],
  ['v1', { 'tune.encoder': 'mlp' }],
  ['v2', { 'tune.instruction': 'fixed' }],
  ['soft', { 'tune.blackBox': true }],
] as const)('tuning %s with %j', (method, set) => {
  const made = (more: Readonly<Record<string, unknown>>): Promise<{ task: Task; model: LanguageModel }> => {
    const workspace = makeTinyWorkspace();
    workspaces.push(workspace);
    return workspace.task(method, { ...quick, ...set, ...more });
  };

  it('stops early once dev has not gained for the patience given', async () => {
    const { task, model } = await made({
      'tune.learningRate': 1e-12,
      'tune.steps': 20,
      'tune.evalEvery': 1,
      'tune.patience': 2,
    });
    const { events } = await finish(task, model);
    const gains = events.flatMap((event) => (event.kind === 'dev' ? [event.best] : []));
    expect(gains.slice(-3)).toEqual([true, false, false]);
    expect(losses(events).length).toBeLessThan(20);
  });

  it('tries rates where the rate is auto, takes that of the lowest dev loss, the same again', async () => {
    const { task, model } = await made({ 'tune.learningRate': 'auto', 'tune.steps': 4, 'tune.evalEvery': 4 });
    const sealed = { ...task.splits.test!, read: () => Promise.reject(new Error('The test split was read.')) };
    const auto = () => finish({ ...task, splits: { ...task.splits, test: sealed } }, model);
    const { events, trained } = await auto();
    const trials = events.flatMap((event) => (event.kind === 'sweep' ? [event] : []));
    expect(trials.length).toBeGreaterThanOrEqual(4);
    expect(trained.learningRate).toBe([...trials].sort((x, y) => x.devLoss - y.devLoss)[0]!.rate);
    expect((await auto()).trained.learningRate).toBe(trained.learningRate);
  });
});

describe('the trials of a learning rate', () => {
  it('are the beginning of the training at that rate, those that go on from where they are', async () => {
    const { task, model } = await softTask({ 'tune.learningRate': 'auto', 'tune.steps': 60 });
    const { train: rows, test } = task.splits;
    const withoutDev: Task = { ...task, splits: { train: rows, test } };
    const { events, trained } = await finish(withoutDev, model);
    const trials = events.flatMap((event) =>
      event.kind === 'sweep' && event.rate === trained.learningRate ? [event] : [],
    );
    expect(trials.map(({ steps }) => steps)).toEqual([10, 18]);
    const taken = losses(events);
    for (const { steps, devLoss } of trials) expect(devLoss).toBe(mean(taken.slice(steps - 8, steps)));
  });
});

describe.each([
  ['v1 through an LSTM', 'v1', { 'tune.encoder': 'lstm', 'tune.learningRate': 0.003 }],
  ['v1 through an MLP', 'v1', { 'tune.encoder': 'mlp', 'tune.learningRate': 0.003 }],
  ["v2 with the instruction's embeddings", 'v2', { 'tune.instruction': 'embeddings', 'tune.learningRate': 0.03 }],
  [
    'v2 through the projection',
    'v2',
    { 'tune.instruction': 'fixed', 'tune.projection': true, 'tune.learningRate': 0.003 },
  ],
  ['v2 at the input only', 'v2', { 'tune.instruction': 'embeddings', 'tune.layers': 'input' }],
] as const)('training %s', (_, method, set) => {
  const made = async (): Promise<{ task: Task; model: LanguageModel }> => {
    const workspace = makeTinyWorkspace();
    workspaces.push(workspace);
    return workspace.task(method, { ...quick, ...set });
  };

  it('lowers the loss, keeps only what the prompt needs, and goes on from it', async () => {
    const { task, model } = await made();
    const settings = { ...task.settings, steps: 24, evalEvery: 24, batchSize: 8 };
    const { events, trained } = await finish({ ...task, settings }, model);
    expect(losses(events).at(-1)).toBeLessThan(losses(events)[0]!);
    expect([trained.prompt.rows, trained.prompt.prefix?.rows ?? 0]).toEqual([task.promptRows, task.prefixRows]);
    const further = await finish({ ...task, settings: { ...settings, steps: 1, evalEvery: 1, dropout: 0 } }, model, {
      start: trained.prompt,
    });
    expect(losses(further.events)[0]).toBeLessThan(losses(events)[0]!);
  });
});

describe('a task of free text', () => {
  it("is trained on the answer's tokens and judged by what is generated", async () => {
    const { task, model } = await softTask(
      {
        'tune.steps': 40,
        'tune.batchSize': 8,
        'tune.evalEvery': 40,
        'tune.learningRate': 0.1,
        'config.maxOutputTokens': 4,
      },
      { ...embedded, output: 'label: string' },
    );
    expect(task.labels).toEqual([]);
    const { events, trained } = await finish(task, model);
    expect(losses(events).at(-1)).toBeLessThan(losses(events)[0]! / 2);
    const evaluation = await evaluate(task, model, trained.prompt, { split: 'test' });
    expect(
      evaluation.predictions.filter(({ predicted }) => /^(good|bad)\b/.test(predicted)).length,
    ).toBeGreaterThanOrEqual(6);
    expect(evaluation.accuracy).toBe(
      evaluation.predictions.filter(({ predicted, expected }) => predicted === expected).length / 8,
    );
    expect(evaluation.majority).toBeUndefined();
  });
});

describe('where virtual tokens start', () => {
  const rowsOf = async (
    set: Readonly<Record<string, unknown>>,
    body?: string,
  ): Promise<{ readonly values: Float32Array; readonly model: LanguageModel; readonly task: Task }> => {
    const { task, model } = await softTask(set, { ...embedded, ...(body && { body }) });
    return { values: initialPrompt(task, model).values, model, task };
  };

  it('is the words given, repeated to the length', async () => {
    const { values, model } = await rowsOf({ 'tune.init': '{ text: good day }', 'tune.length': 4 });
    const { hiddenSize } = model.configuration;
    const tokens = model.tokenizer.encode('good day', false);
    expect(values.subarray(tokens.length * hiddenSize, (tokens.length + 1) * hiddenSize)).toEqual(
      values.subarray(0, hiddenSize),
    );
  });

  it('is the mean vector of each label word for labels', async () => {
    const labels = '{ good: " great delight", bad: " bad" }';
    const { values, model } = await rowsOf({ 'tune.init': 'labels', 'tune.length': 3, 'tune.labels': labels });
    const { hiddenSize } = model.configuration;
    const tokens = model.tokenizer.encode(' great delight', false).length;
    const { values: words } = await rowsOf({ 'tune.init': '{ text: " great delight" }', 'tune.length': tokens });
    const mean = Array.from(
      { length: hiddenSize },
      (_, d) =>
        Array.from({ length: tokens }, (__, t) => words[t * hiddenSize + d]!).reduce((sum, value) => sum + value, 0) /
        tokens,
    );
    mean.forEach((value, d) => expect(values[d]).toBeCloseTo(value, 6));
    const { values: second } = await rowsOf({ 'tune.init': '{ text: " bad" }', 'tune.length': 1 });
    expect(values.subarray(hiddenSize, 2 * hiddenSize)).toEqual(second);
  });

  it.each(['vocabulary', 'uniform'])('follows the seed for %s', async (init) => {
    const [first, again, other] = [
      await rowsOf({ 'tune.init': init }),
      await rowsOf({ 'tune.init': init }),
      await rowsOf({ 'tune.init': init, 'tune.seed': 9 }),
    ];
    expect(again.values).toEqual(first.values);
    expect(other.values).not.toEqual(first.values);
  });

  it("is the slot's own words where it has them", async () => {
    const { values, model, task } = await rowsOf(
      {},
      '{{soft 2 init="river road"}}Text: {{text}}\nThe day was{{soft init="so very"}}{{label}}',
    );
    const { hiddenSize } = model.configuration;
    expect(task.layout.slots.map((slot) => slot.length)).toEqual([2, model.tokenizer.encode('so very', false).length]);
    expect(values.length).toBe(task.layout.total * hiddenSize);
  });
});

describe('the embedded model', () => {
  it('has the held-out loss that its card states', async () => {
    const folder = join(__dirname, '../..', 'support', 'held-out');
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
      loss: number;
      tokens: number;
      windows: number;
    };
    const model = await openModel('builtin', '/');
    const ids = [0, ...model.tokenizer.encode(readFileSync(join(folder, 'excerpt.txt'), 'utf8'), false)];
    const width = expected.tokens / expected.windows;
    const objective = openObjective(model);
    const rows = Array.from({ length: expected.windows }, (_, w) => ids.slice(w * width, (w + 1) * width + 1));
    const examples = rows.map((tokens, row) => ({
      row,
      prompt: tokens.slice(0, 1),
      expected: '',
      label: -1,
      answer: tokens.slice(1),
    }));
    const { loss } = await objective.score(
      layOut(examples, {
        objective: 'token',
        verbalizer: [],
        firstVirtualToken: model.tokenizer.firstVirtualToken,
        sharePrefix: false,
        deepRows: 0,
      }),
      undefined,
    );
    await objective.close();
    expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-4);
    expect(readFileSync(join(model.folder, 'README.md'), 'utf8')).toContain(expected.loss.toFixed(3));
  });

  it('decodes with a key/value cache as it does without one', async () => {
    const model = await openModel('builtin', '/');
    const prompts = ['It was a dark and', 'The old man took his hat from the table and went to'].map((text) =>
      model.tokenizer.encode(text, true),
    );
    const whole = {
      ...model,
      signature: { ...model.signature, cache: [], past: [] },
      trainingModel: withoutCache(model),
    };
    const [fast, slow] = [
      await generatedTokens(model, prompts, { most: 6 }),
      await generatedTokens(whole, prompts, { most: 6 }),
    ];
    expect(fast).toEqual(slow);
    expect(fast.every((tokens) => tokens.length === 6)).toBe(true);
  });
});

/** The same model with its past fixed to nothing, so that every token is computed anew. */
function withoutCache({
  trainingModel: model,
  signature,
  configuration,
}: LanguageModel): LanguageModel['trainingModel'] {
  const empty = { type: 1, dims: [2, configuration.keyValueHeads, 0, configuration.headSize], bytes: new Uint8Array() };
  const past = new Set(signature.cache.flatMap((layer) => [layer.pastKey, layer.pastValue]));
  const initializers = new Map([...model.graph.initializers, ...[...past].map((name) => [name, empty] as const)]);
  return {
    ...model,
    graph: { ...model.graph, inputs: model.graph.inputs.filter((input) => !past.has(input.name)), initializers },
  };
}
