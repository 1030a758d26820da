import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { submitStudy } from '../../../src/cluster/submitStudy';
import { workOnTask } from '../../../src/cluster/studyTask';
import { readRecord } from '../../../src/runs/record/recordFile';
import { submissionFolder } from '../../../src/runs/slurm/submission';
import { temporaryFolder } from '../../support/comparison/comparisons';
import { tinyWeather } from '../../support/runs/runCli';
import { standInSlurm } from '../../support/standIns/standInSlurm';

describe('a run on a cluster', () => {
  it('whose stay ends before it came to a new checkpoint fails with what to do, and is not started again', async () => {
    const slurm = standInSlurm();
    onTestFinished(() => slurm.remove());
    const folder = await temporaryFolder();
    for (const [name, text] of Object.entries(tinyWeather)) await writeFile(join(folder, name), text);
    const runs = join(folder, 'runs');
    const file = join(folder, 'weather.prompt');
    const { submission, folders } = await submitStudy([{ file, method: 'soft', set: {}, runs }], {
      options: {},
      program: { node: process.execPath, program: resolve('dist/cli.js'), folder },
    });
    const end = new AbortController();
    const task = {
      folder: submissionFolder(runs, submission.id),
      first: 0,
      index: 0,
      job: '40',
      restarts: 0,
      threads: 1,
    };
    // The time is over as soon as the run has started.
    const log = (line: string) => line.startsWith('Started') && end.abort();
    await expect(workOnTask(task, { signal: end.signal, log })).rejects.toMatchObject({
      code: 'slurm-time',
      remedy: 'Resume it with a longer time limit (--time).',
    });
    const { status, error } = await readRecord(folders[0]!);
    expect({ status, code: error?.code }).toEqual({ status: 'failed', code: 'slurm-time' });
    expect(slurm.calls().filter((call) => !call.startsWith('sbatch'))).toEqual([]);
  });
});
