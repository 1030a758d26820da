import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listQueue } from '../../../../src/runs/queue/queue';
import { can } from '../../../../src/runs/queue/runCapabilities';
import { isAtRest, createRun, deleteRun, readRun } from '../../../../src/runs/store/runFolder';
import { rangesOf, tasksOf, type SlurmState } from '../../../../src/runs/slurm/slurmJob';
import { readSlurmStates, writeSlurmStates } from '../../../../src/runs/slurm/slurmStates';
import { submissionFolder, writeSubmission, type Submission } from '../../../../src/runs/slurm/submission';
import { startRun } from '../../../../src/runs/work/liveRun';
import { record, temporaryFolder } from '../../../support/comparison/comparisons';

/** A run that was handed over as task 7 of a study whose second array begins with task 5. */
async function runWith(
  state: SlurmState | undefined,
  changes: Parameters<typeof record>[1] = {},
  submitted: Partial<Submission> = {},
) {
  const runs = await temporaryFolder();
  const folder = await createRun(runs, record('a', { status: 'queued', ...changes }), {
    'slurm.json': { submission: 's', task: 7 },
  });
  const own = submissionFolder(runs, 's');
  await mkdir(own, { recursive: true });
  await writeSubmission(own, {
    id: 's',
    created: '',
    runs: 9,
    arrays: [
      { job: '40', first: 0, count: 5 },
      { job: '41', first: 5, count: 4 },
    ],
    options: {},
    folder: '/',
    node: 'node',
    program: 'cli.js',
    versions: { promptTuner: '1', numbers: 1, node: 'v20' },
    models: {},
    ...submitted,
  });
  if (state) await writeSlurmStates(own, { tasks: new Map([[7, state]]), look: 1, isSettled: false });
  return { runs, folder };
}

const atWork = { status: 'running', started: '2026-01-01T00:00:00.000Z', generation: 1 } as const;
const stateOf = async (state: SlurmState | undefined, changes: Parameters<typeof record>[1] = {}) => {
  const { status, error, slurm } = await readRun((await runWith(state, changes)).folder);
  return { status, code: error?.code, id: slurm?.id };
};

describe('a run with Slurm', () => {
  it('waits while its task does, whatever came before, and no queue of this machine takes it', async () => {
    const { runs, folder } = await runWith({ state: 'PENDING', reason: 'Priority' });
    const waiting = await readRun(folder);
    expect(waiting).toMatchObject({ status: 'queued', slurm: { id: '41_2', reason: 'Priority' } });
    expect(isAtRest(waiting)).toBe(false);
    expect(await listQueue(runs)).toEqual([]);
    expect(can({ record: waiting }, 'moveUp')).toBe(false);
    expect(can({ record: waiting }, 'showSlurmLog')).toBe(true);
    await expect(deleteRun(folder)).rejects.toMatchObject({ code: 'run-busy' });
    await expect(startRun(folder, 'a', {})).rejects.toMatchObject({
      code: 'run-busy',
      message: 'The run a is with Slurm: Slurm 41_2: Priority (others come first).',
    });
    expect(await stateOf({ state: 'PENDING' }, atWork)).toEqual({ status: 'queued', code: undefined, id: '41_2' });
  });

  it.each([
    ['OUT_OF_MEMORY', 'failed', 'out-of-memory'],
    ['TIMEOUT', 'failed', 'slurm-time'],
    ['NODE_FAIL', 'failed', 'slurm-node'],
    ['PREEMPTED', 'failed', 'slurm-ended'],
    ['FAILED', 'failed', 'slurm-ended'],
    ['COMPLETED', 'failed', 'slurm-ended'],
    ['CANCELLED', 'stopped', undefined],
    ['UNKNOWN', 'lost', undefined],
    ['RUNNING', 'running', undefined],
    ['COMPLETING', 'running', undefined],
  ])('that was at work and whose task is %s is %s', async (state, status, code) => {
    expect(await stateOf({ state }, atWork)).toEqual({ status, code, id: '41_2' });
  });

  it('that never began is stopped where Slurm has no trace of its task any more', async () => {
    expect(await stateOf({ state: 'UNKNOWN' })).toMatchObject({ status: 'stopped' });
  });

  it('is what its record says once that says how it ended, and while nobody has asked Slurm', async () => {
    expect(await stateOf({ state: 'TIMEOUT' }, { status: 'done' })).toEqual({ status: 'done' });
    expect(await stateOf(undefined)).toEqual({ status: 'queued', id: '41_2' });
  });

  it('may be resumed while it is held, and after its end', async () => {
    const held = await readRun((await runWith({ state: 'PENDING', reason: 'JobHeldUser' })).folder);
    expect(can({ record: held }, 'resume')).toBe(true);
    const waiting = await readRun((await runWith({ state: 'PENDING', reason: 'Resources' })).folder);
    expect(can({ record: waiting }, 'resume')).toBe(false);
    const ended = await readRun((await runWith({ state: 'NODE_FAIL' }, atWork)).folder);
    expect(can({ record: ended }, 'resume')).toBe(true);
  });

  it('waits while its study is being handed over, and has failed where that was given up long ago', async () => {
    const handed = (created: string) => runWith(undefined, {}, { arrays: [], created });
    const { folder } = await handed(new Date().toISOString());
    expect(await readRun(folder)).toMatchObject({ status: 'queued' });
    const { folder: old } = await handed('2026-01-01T00:00:00.000Z');
    expect(await readRun(old)).toMatchObject({ status: 'failed', error: { code: 'slurm-submission' } });
  });

  it('that was ended while it was handed over says so', async () => {
    const runs = await temporaryFolder();
    const folder = await createRun(runs, record('a', { status: 'queued' }), {
      'slurm.json': { submission: 'never', task: 0 },
    });
    expect(await readRun(folder)).toMatchObject({ status: 'failed', error: { code: 'slurm-submission' } });
  });
});

describe('what Slurm said of the tasks of a study', () => {
  it('is kept in short lines, and none at all where the file is damaged', async () => {
    const folder = await temporaryFolder();
    const tasks = new Map(Array.from({ length: 10_000 }, (_, task) => [task, { state: 'PENDING' } as SlurmState]));
    tasks.set(5000, { state: 'RUNNING', node: 'n1' });
    await writeSlurmStates(folder, { tasks, look: 3, isSettled: true });
    expect(await readSlurmStates(folder)).toEqual({ tasks, look: 3, isSettled: true });
    await writeFile(join(folder, 'states.json'), '{"look"');
    expect((await readSlurmStates(folder)).tasks.size).toBe(0);
  });

  it('names tasks by ranges', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300), { minLength: 1 }), (numbers) => {
        const tasks = [...numbers].sort((a, b) => a - b);
        expect(tasksOf(rangesOf(tasks))).toEqual(tasks);
      }),
    );
    expect(tasksOf('3-x')).toBeUndefined();
  });
});
