import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../src/runs/work/liveRun';
import { logPath } from '../../../../src/runs/store/files/logFile';
import type { RunEvent } from '../../../../src/runs/store/runEvent';
import { createRun, readRun } from '../../../../src/runs/store/runFolder';
import { record, temporaryFolder } from '../../../support/comparison/comparisons';

describe('a live run', () => {
  it('is running with this process while it works, and neither afterwards', async () => {
    const folder = await createRun(await temporaryFolder(), record('a'));
    const run = await startRun(folder, 'a', {});
    expect(await readRun(folder)).toMatchObject({ status: 'running', process: { pid: process.pid } });
    await run.end('done');
    const ended = await readRun(folder);
    expect(ended.status).toBe('done');
    expect(ended.process).toBeUndefined();
    expect(Date.parse(ended.finished!)).toBeGreaterThanOrEqual(Date.parse(ended.started!));
  });

  it('tells every progress as an event and leaves the last one in the folder', async () => {
    const folder = await createRun(await temporaryFolder(), record('a'));
    const events: RunEvent[] = [];
    const run = await startRun(folder, 'a', { onEvent: (event) => events.push(event) });
    for (let step = 1; step <= 50; step++) run.progress({ phase: 'training', step, steps: 50 });
    await run.end('stopped');
    expect(events.filter(({ kind }) => kind === 'progress')).toHaveLength(50);
    expect((await readRun(folder)).progress).toEqual({ phase: 'training', step: 50, steps: 50 });
  });

  it('forgets an earlier failure when it is taken up again', async () => {
    const folder = await createRun(
      await temporaryFolder(),
      record('a', { status: 'failed', error: { code: 'x', message: 'y' }, finished: '2026-01-01T00:00:00.000Z' }),
    );
    const run = await startRun(folder, 'a', {});
    const taken = await readRun(folder);
    await run.end('done');
    expect([taken.error, taken.finished]).toEqual([undefined, undefined]);
  });

  it('writes its log with times', async () => {
    const folder = await createRun(await temporaryFolder(), record('a'));
    const run = await startRun(folder, 'a', {});
    await run.log('Started');
    await run.end('done');
    expect(await readFile(logPath(folder), 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z Started\n$/);
  });
});
