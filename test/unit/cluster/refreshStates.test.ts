import { mkdir } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { refreshStates } from '../../../src/cluster/refreshStates';
import { readSlurmStates } from '../../../src/runs/slurm/slurmStates';
import { jobNameOf, submissionFolder, writeSubmission } from '../../../src/runs/slurm/submission';
import { temporaryFolder } from '../../support/comparison/comparisons';
import { standInSlurm } from '../../support/standIns/standInSlurm';

/** A study of one run, with Slurm as task 0 of job 40, and Slurm's programs in whose place others answer. */
async function handedOver(options: { readonly sbatch?: readonly string[] } = {}) {
  const runs = await temporaryFolder();
  const folder = submissionFolder(runs, 's');
  await mkdir(folder, { recursive: true });
  await writeSubmission(folder, {
    id: 's',
    created: '',
    runs: 1,
    arrays: [{ job: '40', first: 0, count: 1 }],
    options,
    folder: '/',
    node: 'node',
    program: 'cli.js',
    versions: { promptTuner: '1', numbers: 1, node: 'v20' },
    models: {},
  });
  const slurm = standInSlurm();
  onTestFinished(() => slurm.remove());
  return { runs, slurm, state: async () => (await readSlurmStates(folder)).tasks.get(0) };
}

/** What is noted of a task, after Slurm has said something of a job of its number. */
async function noted(name: string, options: { readonly sbatch?: readonly string[] } = {}) {
  const { runs, slurm, state } = await handedOver(options);
  slurm.name('40', name);
  slurm.say(['40|0|RUNNING|0:10|2:00:00|n12|None']);
  await refreshStates(runs);
  return (await state())?.state;
}

describe('a job of the number that a run was given', () => {
  it('is the run’s where it has the name of its study', async () => {
    expect(await noted(jobNameOf({ id: 's' }))).toBe('RUNNING');
  });

  it('is not taken for it where Slurm has given the number away anew', async () => {
    expect(await noted(jobNameOf({ id: 'of-another-year' }))).toBe('UNKNOWN');
    expect(await noted('training')).toBe('UNKNOWN');
  });

  it('is taken for it where a person named the jobs', async () => {
    expect(await noted('training', { sbatch: ['--job-name=training'] })).toBe('RUNNING');
  });
});

describe('a task that the queue has forgotten', () => {
  it('ended as the accounts say', async () => {
    const { runs, slurm, state } = await handedOver();
    slurm.account([`40_0|FAILED|11|525600|n1|0:9|${jobNameOf({ id: 's' })}|None`]);
    await refreshStates(runs);
    expect(await state()).toMatchObject({ state: 'FAILED', exit: '0:9', node: 'n1', elapsed: 11 });
  });

  it('is asked for again where the accounts do not answer, which is said', async () => {
    const { runs, slurm, state } = await handedOver();
    slurm.account(undefined);
    await expect(refreshStates(runs)).rejects.toMatchObject({
      code: 'slurm-unreachable',
      message: 'Slurm does not answer sacct: Problem talking to the database.',
    });
    expect(await state()).toMatchObject({ state: 'UNKNOWN' });
    slurm.account([`40_0|COMPLETED|11|525600|n1|0:0|${jobNameOf({ id: 's' })}|None`]);
    expect(await refreshStates(runs)).toBe(true);
    expect(await state()).toMatchObject({ state: 'COMPLETED' });
  });

  it('is not asked for again where the cluster keeps no accounts', async () => {
    const { runs, state } = await handedOver();
    expect(await refreshStates(runs)).toBe(true);
    expect(await state()).toMatchObject({ state: 'UNKNOWN' });
    expect(await refreshStates(runs)).toBe(false);
  });
});
