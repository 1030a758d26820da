import { mkdir } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { refreshStates } from '../../../src/cluster/refreshStates';
import { readSlurmStates } from '../../../src/runs/slurm/slurmStates';
import { jobNameOf, submissionFolder, writeSubmission } from '../../../src/runs/slurm/submission';
import { temporaryFolder } from '../../support/comparisons';
import { standInSlurm } from '../../support/standInSlurm';

/** What is noted of task 0 of job 40, after Slurm has said something of a job of that number. */
async function noted(name: string, options: { readonly sbatch?: readonly string[] } = {}) {
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
  slurm.name('40', name);
  slurm.say(['40|0|RUNNING|0:10|2:00:00|n12|None']);
  await refreshStates(runs);
  return (await readSlurmStates(folder)).tasks.get(0)?.state;
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
