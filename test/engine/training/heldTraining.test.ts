import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileSchema } from '../../../src/metrics/json/jsonSchema';
import type { LanguageModel } from '../../../src/model/openModel';
import type { Task } from '../../../src/objective/task';
import { readCheckpoint, writeCheckpoint } from '../../../src/runs/store/files/checkpointFolder';
import { readPredictions } from '../../../src/runs/store/files/predictionsFile';
import { trainRun } from '../../../src/runs/work/trainRun';
import { tuneBlackBox } from '../../../src/tuning/blackBox/blackBox';
import type { Checkpoint } from '../../../src/tuning/checkpoint';
import { train, type TrainEvent, type TrainedPrompt } from '../../../src/tuning/train';
import { assembleModel } from '../../support/models/models';
import { makeWorkspace, type Workspace } from '../../support/engine/workspace';

const schema = {
  type: 'object',
  properties: { label: { enum: ['good', 'bad'] }, sure: { type: ['boolean', 'null'] } },
  required: ['label'],
  additionalProperties: false,
};
const isValid = compileSchema(schema);

let workspace: Workspace;
const folders: string[] = [];
beforeAll(() => {
  workspace = makeWorkspace({
    model: assembleModel('reference/stories260k'),
    body: 'Say how the day went.\nText: {{text}}\n{{output}}',
    output: 'label(enum): [good, bad]\n    sure?: boolean\n  format: json',
  });
});
afterAll(async () => {
  await workspace.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What decides is the share of answers that satisfy the schema. */
const settings = {
  'tune.length': 3,
  'tune.steps': 5,
  'tune.batchSize': 4,
  'tune.evalEvery': 2,
  'tune.evalRows': 4,
  'tune.learningRate': 0.05,
  'tune.instruction': 'fixed',
  'tune.metrics': [{ json: { measure: 'valid' } }, { length: { unit: 'characters' } }],
};

interface Finished {
  readonly trained: TrainedPrompt;
  /** Losses of steps, losses and scores on dev. */
  readonly numbers: readonly number[];
  readonly scores: readonly number[];
  readonly last?: Checkpoint;
}

/** Trains to the end, or until a step when it is to stop there. */
async function finish(
  { task, model }: { readonly task: Task; readonly model: LanguageModel },
  { resume, stopAt }: { readonly resume?: Checkpoint; readonly stopAt?: number } = {},
): Promise<Finished> {
  const controller = new AbortController();
  const tune = task.settings.blackBox ? tuneBlackBox : train;
  const training: AsyncGenerator<TrainEvent, TrainedPrompt> = tune(task, model, { resume, signal: controller.signal });
  const [numbers, scores]: number[][] = [[], []];
  let last: Checkpoint | undefined;
  for (;;) {
    const next = await training.next();
    if (next.done) return { trained: next.value, numbers: numbers!, scores: scores!, last };
    const event = next.value;
    if (event.kind === 'step') numbers!.push(event.loss);
    if (event.kind === 'dev') {
      numbers!.push(event.loss, event.score!.value);
      scores!.push(event.score!.value);
    }
    if (event.kind === 'checkpoint') last = event.checkpoint;
    if (event.kind === 'step' && event.step === stopAt) controller.abort();
  }
}

/** The checkpoint as it comes back from the disk. */
async function throughDisk(checkpoint: Checkpoint): Promise<Checkpoint> {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-held-'));
  folders.push(folder);
  await writeCheckpoint(folder, { checkpoint, metricsOffset: 0 });
  return (await readCheckpoint(folder)).checkpoint;
}

const ways = [
  ['soft by gradients', 'soft', {}],
  ['v2 by gradients', 'v2', {}],
  ['soft without gradients', 'soft', { 'tune.blackBox': true, 'tune.batchSize': 8 }],
] as const;
const drawn = { temperature: 1, seed: 3 };
/** Trained so, and decoded so. */
const cases = [
  [...ways[0], {}],
  [...ways[1], drawn],
  [...ways[2], drawn],
] as const;

describe('dev answers that are held to a schema while they are written', () => {
  it.each(cases)('satisfy it at every evaluation, and free ones do not: %s, %j %j', async (_, method, set, config) => {
    const decoded = { ...settings, ...set, config: { ...config, maxOutputTokens: 60 } };
    const held = await finish(await workspace.task(method, decoded));
    expect(held.scores).toEqual(held.scores.map(() => 1));
    expect(held.scores.length).toBeGreaterThan(1);
    const free = await finish(await workspace.task(method, { ...decoded, 'tune.constrain': false }));
    expect(free.scores).toEqual(held.scores.map(() => 0));
  });

  it.each(ways)('are cut off by the budget, and do not satisfy it then: %s', async (_, method, set) => {
    const cut = await finish(await workspace.task(method, { ...settings, ...set, config: { maxOutputTokens: 3 } }));
    expect(cut.scores).toEqual(cut.scores.map(() => 0));
  });

  it.each(cases)('come to the same numbers behind a kill: %s, %j %j', async (_, method, set, config) => {
    // Lengths in letters change with every token of an answer.
    const metrics = [...settings['tune.metrics']].reverse();
    const decoded = { ...settings, ...set, 'tune.metrics': metrics, config: { ...config, maxOutputTokens: 60 } };
    const opened = await workspace.task(method, decoded);
    const whole = await finish(opened);
    const stopped = await finish(opened, { stopAt: 3 });
    const resumed = await finish(await workspace.task(method, decoded), { resume: await throughDisk(stopped.last!) });
    const kept = stopped.numbers.slice(0, whole.numbers.length - resumed.numbers.length);
    expect([...kept, ...resumed.numbers]).toEqual(whole.numbers);
    expect(resumed.numbers.length).toBeLessThan(whole.numbers.length);
    expect(resumed.trained).toEqual(whole.trained);
  });
});

describe('a run whose answers are held to a schema', () => {
  const run = async (set: Readonly<Record<string, unknown>>) => {
    const runs = join(dirname(workspace.file), 'runs');
    return trainRun({ file: workspace.file, method: 'soft', set: { ...settings, ...set }, runs });
  };

  it('says by what they were held, and has no other', async () => {
    const { folder, record } = await run({ config: { maxOutputTokens: 60 } });
    expect(record.result).toMatchObject({ constraint: { unenforced: [] } });
    const rows = await readPredictions(folder);
    expect(rows).toHaveLength(8);
    for (const { predicted } of rows) expect(isValid(JSON.parse(predicted))).toEqual({ valid: true });
    expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).toMatch(/"score":\{[^}]*"value":1/);
  });

  it('says which of them its budget has cut off', async () => {
    const { folder, record } = await run({ config: { maxOutputTokens: 3 } });
    const rows = await readPredictions(folder);
    expect(rows.map(({ truncated }) => truncated)).toEqual(rows.map(() => true));
    expect(record.result).toMatchObject({ metrics: { json: { title: 'JSON valid', value: 0 } } });
  });
});
