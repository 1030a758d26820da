import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  readCheckpoint,
  writeCheckpoint,
  type StoredCheckpoint,
} from '../../../../src/runs/store/files/checkpointFolder';
import { replaceFolder } from '../../../../src/files/atomicFile';
import type { MetricLine } from '../../../../src/runs/store/files/metricLine';
import { appendMetrics, readMetrics, truncateMetrics } from '../../../../src/runs/store/files/metrics';
import { readPredictions, writePredictions } from '../../../../src/runs/store/files/predictionsFile';
import { startRun } from '../../../../src/runs/work/liveRun';
import { tidyRuns } from '../../../../src/runs/queue/queue';
import { updateRun } from '../../../../src/runs/record/changeRun';
import { createRun, readRun } from '../../../../src/runs/store/runFolder';
import { scanRuns } from '../../../../src/runs/store/scanRuns';
import { asFailure } from '../../../../src/classifyError';
import { errorOf } from '../../../../src/runs/work/liveRun';
import { breakAfter, changesMade, mend, sleepAfter } from '../../../support/runs/faults';
import { record, temporaryFolder } from '../../../support/comparison/comparisons';

vi.mock('node:fs/promises', async () => (await import('../../../support/runs/faults')).faultyPromises());

const stored = (step: number): StoredCheckpoint => ({
  checkpoint: { step, arrays: { prompt: Float32Array.of(step, 2, 3) }, state: { position: step } },
  metricsOffset: step,
});

/** How many changes of the disk some work makes when nothing goes wrong. */
async function countChanges(work: () => Promise<unknown>): Promise<number> {
  mend();
  await work();
  return changesMade();
}

describe('a crash at any change of the disk', () => {
  afterEach(mend);

  it('in the middle of a checkpoint leaves the one before or the new one, and the next write works', async () => {
    const trial = await temporaryFolder();
    await writeCheckpoint(trial, stored(1));
    const changes = await countChanges(() => writeCheckpoint(trial, stored(2)));
    expect(changes).toBeGreaterThan(6);
    const seen = new Set<number>();
    for (let after = 0; after < changes; after++) {
      mend();
      const folder = await temporaryFolder();
      await writeCheckpoint(folder, stored(1));
      breakAfter(after, 'crash');
      await expect(writeCheckpoint(folder, stored(2))).rejects.toThrow('the process is gone');
      mend();
      const {
        checkpoint: { step },
      } = await readCheckpoint(folder);
      seen.add(step);
      await writeCheckpoint(folder, stored(3));
      expect((await readCheckpoint(folder)).checkpoint.step).toBe(3);
    }
    expect([...seen].sort()).toEqual([1, 2]);
  });

  it('while the checkpoint before it was already torn loses neither', async () => {
    const changes = await countChanges(async () => {
      const folder = await temporaryFolder();
      await writeCheckpoint(folder, stored(1));
      await writeCheckpoint(folder, stored(2));
    });
    for (let first = 1; first < changes / 2; first++) {
      for (let second = 0; second < changes / 2; second += 2) {
        mend();
        const folder = await temporaryFolder();
        await writeCheckpoint(folder, stored(1));
        breakAfter(first, 'crash');
        await writeCheckpoint(folder, stored(2)).catch(() => undefined);
        mend();
        breakAfter(second, 'crash');
        await writeCheckpoint(folder, stored(3)).catch(() => undefined);
        mend();
        expect((await readCheckpoint(folder)).checkpoint.step).toBeGreaterThanOrEqual(1);
      }
    }
  });

  it('while a run is made leaves it whole or out of sight', async () => {
    const changes = await countChanges(async () =>
      createRun(await temporaryFolder(), record('a'), { 'queue.json': { order: 1 } }),
    );
    for (let after = 0; after < changes; after++) {
      mend();
      const runs = await temporaryFolder();
      breakAfter(after, 'crash');
      await createRun(runs, record('a'), { 'queue.json': { order: 1 } }).catch(() => undefined);
      mend();
      const { runs: found, damaged } = await scanRuns(runs);
      expect(damaged).toEqual([]);
      if (found.length > 0)
        expect(await readdir(join(runs, 'a'))).toEqual(expect.arrayContaining(['queue.json', 'run.json']));
    }
  });

  it('while a record is changed leaves the old one or the new', async () => {
    const folder = await createRun(await temporaryFolder(), record('a'));
    const changes = await countChanges(() => updateRun(folder, (run) => ({ ...run, collapsed: 'x' })));
    for (let after = 0; after < changes; after++) {
      mend();
      await updateRun(folder, (run) => ({ ...run, collapsed: 'old' }));
      breakAfter(after, 'crash');
      await updateRun(folder, (run) => ({ ...run, collapsed: 'new' })).catch(() => undefined);
      mend();
      expect(['old', 'new']).toContain((await readRun(folder)).collapsed);
    }
  });
});

describe('a machine that sleeps before any change of the disk', () => {
  afterEach(mend);

  const metric = (step: number): MetricLine => ({
    step,
    loss: 1,
    learningRate: 1,
    gradientNorm: 1,
    examplesPerSecond: 1,
  });

  /** Works on a run to its end, and leaves its own mark wherever it writes. */
  const work = async (folder: string, mark: string, step: number, begin = startRun) => {
    const run = await begin(folder, 'a', {});
    await run.change((current) => ({ ...current, collapsed: 'under way' }));
    await appendMetrics(folder, [metric(step)], run);
    await writeCheckpoint(folder, stored(step), run);
    await writeCheckpoint(folder, stored(step + 1), run);
    await replaceFolder(join(folder, 'adapter'), (fresh) => writeFile(join(fresh, 'weights'), mark), run);
    await writePredictions(folder, [{ row: 0, input: 'x', expected: 'y', predicted: mark }], run);
    await run.end('done', (current) => ({ ...current, collapsed: mark }));
  };

  it('finds the run that another has finished meanwhile, and takes nothing of it back', async () => {
    const changes = await countChanges(async () =>
      work(await createRun(await temporaryFolder(), record('a')), 'sleeper', 1),
    );
    expect(changes).toBeGreaterThan(40);
    // Changes of a record wait for one another within a process; another process has modules of its own.
    vi.resetModules();
    const elsewhere = await import('../../../../src/runs/work/liveRun');
    for (let after = 0; after < changes; after++) {
      mend();
      const folder = await createRun(await temporaryFolder(), record('a', { status: 'queued' }));
      mend();
      let hasFinished = false;
      sleepAfter(after, async () => {
        // Nobody could see the sleeper any more.
        await rename(join(folder, 'lock.1'), join(folder, 'aside')).catch(() => undefined);
        if ((await readRun(folder)).status === 'done') return;
        await truncateMetrics(folder, 0);
        await work(folder, 'other', 11, elsewhere.startRun);
        hasFinished = true;
      });
      const woken = await work(folder, 'sleeper', 1).catch(asFailure);
      mend();
      if (!hasFinished) continue;
      expect([after, woken]).toEqual([
        after,
        expect.objectContaining({ code: expect.stringMatching(/^(lock-lost|run-done)$/) as string }),
      ]);
      const { status, collapsed } = await readRun(folder);
      expect([after, status, collapsed]).toEqual([after, 'done', 'other']);
      expect((await readCheckpoint(folder)).checkpoint.step).toBe(12);
      expect(await readFile(join(folder, 'adapter', 'weights'), 'utf8')).toBe('other');
      expect((await readPredictions(folder)).map(({ predicted }) => predicted)).toEqual(['other']);
      expect((await readMetrics(folder)).lines).toEqual([metric(11)]);
      expect((await readdir(folder)).filter((name) => /tmp|previous|^lock/.test(name))).toEqual([]);
    }
  });
});

describe('a disk that is full', () => {
  afterEach(mend);

  it('leaves a run that says so, or one that is lost and can be resumed, at whatever change it fills', async () => {
    const work = async (folder: string) => {
      const run = await startRun(folder, 'a', {});
      try {
        run.progress({ phase: 'training', step: 1, steps: 2 });
        await run.log('Step');
        await writeCheckpoint(folder, stored(1));
        await run.log('Another');
        await run.end('done');
      } catch (error) {
        await run.end('failed', (current) => ({ ...current, error: errorOf(asFailure(error)) })).catch(() => undefined);
        throw error;
      }
    };
    const changes = await countChanges(async () => work(await createRun(await temporaryFolder(), record('a'))));
    const outcomes = new Set<string>();
    for (let after = 0; after < changes; after++) {
      mend();
      const folder = await createRun(await temporaryFolder(), record('a', { status: 'stopped' }));
      mend();
      breakAfter(after, 'full');
      await work(folder).catch(() => undefined);
      mend();
      await tidyRuns(join(folder, '..'));
      const { status, error } = await readRun(folder);
      outcomes.add([status, error?.code].filter(Boolean).join(' '));
      const again = await startRun(folder, 'a', {}).catch((problem: unknown) => problem as Error);
      if (status !== 'done') {
        expect(again).not.toBeInstanceOf(Error);
        await (again as Awaited<ReturnType<typeof startRun>>).end('done');
      }
      expect((await readdir(folder)).filter((name) => /\.tmp$|^lock/.test(name))).toEqual([]);
    }
    // Before it could be marked as running it stays what it was.
    expect([...outcomes].sort()).toEqual(['done', 'lost', 'stopped']);
  });

  it('is named in the run where there is room to say so', async () => {
    const folder = await createRun(await temporaryFolder(), record('a'));
    const run = await startRun(folder, 'a', {});
    breakAfter(0, 'full');
    const problem = await writeCheckpoint(folder, stored(1)).catch((error: unknown) => error);
    mend();
    await run.end('failed', (current) => ({ ...current, error: errorOf(asFailure(problem)) }));
    expect(await readRun(folder)).toMatchObject({
      status: 'failed',
      error: { code: 'disk-full', message: expect.stringContaining('Free some space, then resume the run.') as string },
    });
  });
});
