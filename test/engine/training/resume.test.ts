import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/model/openModel';
import { readCheckpoint, writeCheckpoint } from '../../../src/runs/store/files/checkpointFolder';
import type { Method } from '../../../src/template/settings/settings';
import type { Checkpoint } from '../../../src/tuning/checkpoint';
import type { Task } from '../../../src/objective/task';
import { tuneBlackBox } from '../../../src/tuning/blackBox/blackBox';
import { train, type TrainedPrompt, type TrainOptions } from '../../../src/tuning/train';
import { makeTinyWorkspace, type Workspace } from '../../support/engine/workspace';

const workspaces: Workspace[] = [];
const folders: string[] = [];
afterAll(async () => {
  await Promise.all(workspaces.map((workspace) => workspace.dispose()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const steps = 5;
const quick = {
  'tune.length': 3,
  'tune.steps': steps,
  'tune.batchSize': 3,
  'tune.evalEvery': 2,
  'tune.encoderSize': 8,
};

interface Finished {
  readonly trained: TrainedPrompt;
  /** Loss of each step, and of each dev evaluation. */
  readonly losses: readonly number[];
  readonly last?: Checkpoint;
}

/** Trains to the end, or until a step when it is to stop there. */
async function finish(
  task: Task,
  model: LanguageModel,
  { stopAt, ...options }: TrainOptions & { readonly stopAt?: number } = {},
): Promise<Finished> {
  const controller = new AbortController();
  const tune = task.settings.blackBox ? tuneBlackBox : train;
  const training = tune(task, model, { ...options, signal: controller.signal });
  const losses: number[] = [];
  let last: Checkpoint | undefined;
  for (;;) {
    const next = await training.next();
    if (next.done) return { trained: next.value, losses, last };
    const event = next.value;
    if (event.kind === 'step' || event.kind === 'dev') losses.push(event.loss);
    if (event.kind === 'checkpoint') last = event.checkpoint;
    if (event.kind === 'step' && event.step === stopAt) controller.abort();
  }
}

/** The checkpoint as it comes back from the disk. */
async function throughDisk(checkpoint: Checkpoint): Promise<Checkpoint> {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-resume-'));
  folders.push(folder);
  await writeCheckpoint(folder, { checkpoint, metricsOffset: 0 });
  return (await readCheckpoint(folder)).checkpoint;
}

const kinds: readonly (readonly [string, Method, Readonly<Record<string, unknown>>])[] = [
  ['soft over accumulated batches', 'soft', { 'tune.accumulate': 2, 'tune.dropout': 0.2 }],
  ['v1 through an LSTM', 'v1', { 'tune.encoder': 'lstm' }],
  ['v1 through an MLP', 'v1', { 'tune.encoder': 'mlp' }],
  ["v2 with dropout and the instruction's embeddings", 'v2', { 'tune.instruction': 'embeddings', 'tune.dropout': 0.2 }],
  ['v2 through the projection', 'v2', { 'tune.instruction': 'fixed', 'tune.projection': true, 'tune.init': 'normal' }],
  ['soft in front of messages', 'soft', { 'tune.format': 'chat', 'tune.dropout': 0.2 }],
  ['v2 before messages', 'v2', { 'tune.format': 'chat', 'tune.instruction': 'fixed' }],
  ['v2 at the input', 'v2', { 'tune.instruction': 'embeddings', 'tune.layers': 'input', 'tune.schedule': 'cosine' }],
];
// Before the first evaluation, between two, and after the last but one.
const optimizers = [
  ['adamw', 0.02, 3],
  ['adafactor', 0.02, 1],
  ['sgd', 0.5, 4],
] as const;

async function expectExactResume(
  method: Method,
  set: Readonly<Record<string, unknown>>,
  stopAt: number,
): Promise<void> {
  const workspace = makeTinyWorkspace();
  workspaces.push(workspace);
  const { task, model } = await workspace.task(method, { ...quick, ...set });
  const whole = await finish(task, model);
  const part = await finish(task, model, { stopAt });
  expect(part.trained.stopped).toBe(true);
  const rest = await finish(task, model, { resume: await throughDisk(part.last!) });
  expect([...part.losses, ...rest.losses]).toEqual(whole.losses);
  expect(rest.trained).toEqual(whole.trained);
  expect(rest.last).toEqual(whole.last);
}

describe.each(kinds)('a training of %s', (_, method, set) => {
  it.each(optimizers)(
    'with %s at rate %d, stopped after step %i, goes on to the same numbers bit for bit',
    async (optimizer, rate, stopAt) => {
      await expectExactResume(method, { 'tune.optimizer': optimizer, 'tune.learningRate': rate, ...set }, stopAt);
    },
  );
});

describe('black-box tuning', () => {
  it.each([
    ['soft', {}, 1],
    ['soft', { 'tune.format': 'chat' }, 2],
    ['v1', { 'tune.encoder': 'mlp' }, 3],
    ['v2', { 'tune.instruction': 'embeddings' }, 4],
  ] as const)(
    'of %s with %j, stopped after generation %i, goes on to the same numbers bit for bit',
    async (method, set, stopAt) => {
      await expectExactResume(method, { 'tune.blackBox': true, 'tune.learningRate': 2, ...set }, stopAt);
    },
  );
});
