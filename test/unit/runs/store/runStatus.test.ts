import type * as Promises from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { startRun } from '../../../../src/runs/work/liveRun';
import { createRun, readRun } from '../../../../src/runs/store/runFolder';
import { record, temporaryFolder } from '../../../support/comparison/comparisons';

/** What happens once between a look at a run's record and one for its holder, which is a look through its folder. */
const meanwhile: { work?: () => Promise<unknown> } = {};

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof Promises>();
  return {
    ...real,
    readdir: async (...given: Parameters<typeof real.readdir>) => {
      const { work } = meanwhile;
      meanwhile.work = undefined;
      await work?.();
      return real.readdir(...given);
    },
  };
});

describe('a run that ends while someone looks at it', () => {
  it('is what it has become, and not lost for want of a holder', async () => {
    const folder = await createRun(await temporaryFolder(), record('a', { status: 'queued' }));
    const run = await startRun(folder, 'a', {});
    meanwhile.work = () => run.end('done');
    expect((await readRun(folder)).status).toBe('done');
  });

  it('is at work where another process has taken it up again meanwhile', async () => {
    const folder = await createRun(await temporaryFolder(), record('a', { status: 'queued' }));
    const first = await startRun(folder, 'a', {});
    let second: Awaited<ReturnType<typeof startRun>> | undefined;
    meanwhile.work = async () => {
      await first.end('stopped');
      second = await startRun(folder, 'a', {});
    };
    expect(await readRun(folder)).toMatchObject({ status: 'running', generation: 1 });
    expect((await readRun(folder)).generation).toBe(2);
    await second?.end('stopped');
  });
});
