import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { updateRun } from '../../../../src/runs/record/changeRun';
import { newRunId } from '../../../../src/runs/record/newRecord';
import { createRun, deleteRun, readRun } from '../../../../src/runs/store/runFolder';
import { findRun } from '../../../../src/runs/store/scanRuns';
import { listRuns, scanRuns } from '../../../../src/runs/store/scanRuns';
import { statusByHeartbeat } from '../../../../src/runs/store/runStatus';
import { record, temporaryFolder } from '../../../support/comparison/comparisons';

const noProcess = 2 ** 30;

describe('a run id', () => {
  it('sorts by time and names template and method', () => {
    const early = newRunId('support tickets', 'soft', new Date('2026-01-02T03:04:05Z'));
    const late = newRunId('support tickets', 'hard', new Date('2026-01-02T03:04:06Z'));
    expect(early).toMatch(/^20260102-030405-support-tickets-soft-[0-9a-f]{4}$/);
    expect(early < late).toBe(true);
  });

  it('is a plain folder name whatever the template is called', () => {
    expect(newRunId('../..\\:*?', 'soft', new Date(0))).toMatch(/^19700101-000000-prompt-soft-/);
  });
});

describe('a run folder', () => {
  it('gives back the record it was made with', async () => {
    const runs = await temporaryFolder();
    const folder = await createRun(join(runs, 'deep', 'runs'), record('a'));
    expect(await readRun(folder)).toEqual(record('a'));
  });

  it('is kept from git where it is made by us, until a person says otherwise', async () => {
    const own = join(await temporaryFolder(), '.prompt-tuner');
    await createRun(join(own, 'runs'), record('a'));
    expect(await readFile(join(own, '.gitignore'), 'utf8')).toMatch(/^\*$/m);
    await rm(join(own, '.gitignore'));
    await createRun(join(own, 'runs'), record('b'));
    expect(await readdir(own)).toEqual(['runs']);
    const elsewhere = join(await temporaryFolder(), 'results', 'runs');
    await createRun(elsewhere, record('a'));
    expect(await readdir(join(elsewhere, '..'))).toEqual(['runs']);
  });

  it('is never made twice', async () => {
    const runs = await temporaryFolder();
    await createRun(runs, record('a'));
    await expect(createRun(runs, record('a'))).rejects.toThrow();
  });

  it('keeps every one of many changes made at once and leaves no temporary file', async () => {
    const folder = await createRun(await temporaryFolder(), record('a'));
    await Promise.all(
      Array.from({ length: 20 }, () =>
        updateRun(folder, (run) => ({ ...run, progress: { ...run.progress, step: run.progress.step + 1 } })),
      ),
    );
    expect((await readRun(folder)).progress.step).toBe(20);
    expect(await readdir(folder)).toEqual(['run.json']);
  });

  it('goes on taking changes after one of them failed', async () => {
    const folder = await createRun(await temporaryFolder(), record('a'));
    await expect(
      updateRun(folder, () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect((await updateRun(folder, (run) => ({ ...run, note: 'yes' }))).note).toBe('yes');
  });

  it('is deleted with all it holds, but not while a process works on it', async () => {
    const runs = await temporaryFolder();
    const process_ = { pid: process.pid, heartbeat: new Date().toISOString() };
    const busy = await createRun(runs, record('busy', { status: 'running', process: process_ }));
    const idle = await createRun(runs, record('idle'));
    await expect(deleteRun(busy)).rejects.toMatchObject({ code: 'run-busy' });
    await deleteRun(idle);
    expect(await readdir(runs)).toEqual(['busy']);
  });
});

describe('the list of runs', () => {
  it('is empty where no folder is', async () => {
    expect(await listRuns(join(await temporaryFolder(), 'none'))).toEqual([]);
  });

  it('names newest first', async () => {
    const runs = await temporaryFolder();
    for (const id of ['20260101-a', '20260301-c', '20260201-b']) await createRun(runs, record(id));
    expect((await listRuns(runs)).map(({ id }) => id)).toEqual(['20260301-c', '20260201-b', '20260101-a']);
  });

  it('says what is wrong with damaged runs and still shows the others', async () => {
    const runs = await temporaryFolder();
    await createRun(runs, record('good'));
    const contents = {
      torn: '{"format":1,',
      empty: undefined,
      foreign: '{"format":1,"id":"x"}',
      future: '{"format":2}',
    };
    for (const [id, text] of Object.entries(contents)) {
      await mkdir(join(runs, id));
      if (text !== undefined) await writeFile(join(runs, id, 'run.json'), text);
    }
    const { runs: good, damaged } = await scanRuns(runs);
    expect(good.map(({ id }) => id)).toEqual(['good']);
    expect(Object.fromEntries(damaged.map(({ id, failure }) => [id, failure.code]))).toEqual({
      torn: 'run-damaged',
      empty: 'run-missing',
      foreign: 'run-damaged',
      future: 'run-format',
    });
  });
});

describe('the status of a run', () => {
  const beat = (pid: number, secondsAgo: number) =>
    record('a', {
      status: 'running',
      process: { pid, heartbeat: new Date(Date.UTC(2026, 0, 1) - secondsAgo * 1000).toISOString() },
    });
  const now = Date.UTC(2026, 0, 1);

  it('is lost when the heartbeat has stopped and the process is dead', () => {
    expect(statusByHeartbeat(beat(noProcess, 20), now)).toBe('lost');
  });

  it('is running while the process lives, however slow it is', () => {
    expect(statusByHeartbeat(beat(process.pid, 3600), now)).toBe('running');
  });

  it('is running when the heartbeat is young, wherever the process lives', () => {
    expect(statusByHeartbeat(beat(noProcess, 10), now)).toBe('running');
  });

  it('is never written as lost', async () => {
    const folder = await createRun(await temporaryFolder(), beat(noProcess, 20));
    expect((await readRun(folder)).status).toBe('lost');
    expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).toMatchObject({ status: 'running' });
    await updateRun(folder, (run) => ({ ...run, note: 'seen' }));
    expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).toMatchObject({ status: 'running' });
  });
});

describe('finding a run', () => {
  it('takes an id, an unambiguous beginning, or a folder', async () => {
    const runs = await temporaryFolder();
    const folder = await createRun(runs, record('2026-a'));
    await createRun(runs, record('2026-ab'));
    expect(await findRun(runs, '2026-a')).toBe(folder);
    expect(await findRun(runs, '2026-ab')).toBe(join(runs, '2026-ab'));
    expect(await findRun(join(runs, 'elsewhere'), folder)).toBe(folder);
    await expect(findRun(runs, '2026')).rejects.toMatchObject({ code: 'run-ambiguous' });
    await expect(findRun(runs, 'x')).rejects.toMatchObject({ code: 'run-missing' });
  });
});
