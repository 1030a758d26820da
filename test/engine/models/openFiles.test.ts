import { open } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runComparison } from '../../../src/comparison/runComparison';
import { estimateTraining } from '../../../src/inspection/estimate/estimateTraining';
import { predictRow } from '../../../src/inspection/predictRow';
import { evaluateRun } from '../../../src/runs/work/measuring/evaluateRun';
import { trainRun } from '../../../src/runs/work/trainRun';
import { createRowReader } from '../../../src/views/preview/rows';
import { leftOpen } from '../../support/engine/leftOpen';
import { makeTinyWorkspace, type Workspace } from '../../support/engine/workspace';
import '../../support/running/preparedSessions.cjs';

const set = { 'tune.steps': 2, 'tune.length': 3, 'tune.learningRate': 0.1, 'tune.evalEvery': 2, 'tune.batchSize': 2 };

describe('the files that work opens', () => {
  let workspace: Workspace;
  let file: string;
  let runs: string;

  beforeAll(() => {
    workspace = makeTinyWorkspace();
    ({ file } = workspace);
    runs = join(dirname(file), 'runs');
  });
  afterAll(() => workspace.dispose());

  it('would be told of here if one stayed open', async () => {
    expect(await leftOpen(() => open(file, 'r').then(({ fd }) => fd))).toEqual([
      expect.stringMatching(/^Closing file descriptor \d+ on garbage collection$/),
    ]);
  });

  it('are closed by a training', async () => {
    for (const method of ['soft', 'v1', 'v2'] as const)
      expect(await leftOpen(() => trainRun({ file, method, set, runs })), method).toEqual([]);
  });

  it('are closed by an evaluation, of the text and of a run', async () => {
    const { record } = await trainRun({ file, method: 'soft', set, runs });
    expect(await leftOpen(() => evaluateRun({ file, subject: { kind: 'hard' }, set: {}, runs }))).toEqual([]);
    const subject = { kind: 'run', run: record.id } as const;
    expect(await leftOpen(() => evaluateRun({ file, subject, set: {}, runs }))).toEqual([]);
  });

  it('are closed by a comparison', async () => {
    const request = { files: [file], methods: ['hard', 'soft'], seeds: 2, set, runs } as const;
    expect(await leftOpen(() => runComparison(request))).toEqual([]);
  });

  it('are closed by what a page asks for', async () => {
    expect(await leftOpen(() => predictRow({ file, split: 'dev', row: 1, runs }))).toEqual([]);
    expect(await leftOpen(() => estimateTraining({ file, method: 'soft', set: {} }))).toEqual([]);
  });

  it('are closed by work that fails behind the opening of its data', async () => {
    const failing = { ...set, 'tune.maxLength': 4, 'tune.truncate': 'none' };
    const fails = (work: () => Promise<unknown>) => leftOpen(() => expect(work()).rejects.toThrow());
    expect(await fails(() => trainRun({ file, method: 'soft', set: failing, runs }))).toEqual([]);
    expect(await fails(() => predictRow({ file, split: 'dev', row: 1000, runs }))).toEqual([]);
  });

  it('are closed by the preview, however many rows are asked for at once', async () => {
    const data = (name: string) => join(dirname(file), 'data', `${name}.jsonl`);
    writeFileSync(data('other'), '{"text": "one"}\n{"text": "two"}\n');
    expect(
      await leftOpen(async () => {
        const reader = createRowReader();
        const asked = ['dev', 'other', 'test', 'other', 'train'].map((name) => reader.read(data(name), 1));
        const read = await Promise.all(asked);
        expect(read.map(({ rows }) => rows)).toEqual([8, 2, 8, 2, 8]);
        await reader.close();
      }),
    ).toEqual([]);
  });
});
