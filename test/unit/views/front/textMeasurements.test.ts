import { describe, expect, it } from 'vitest';
import { createTextMeasurements } from '../../../../src/views/front/textMeasurements';
import type { WatchedRun } from '../../../../src/views/runs/runWatcher';
import { record } from '../../../support/runs/records';

const run: WatchedRun = { record: record('run'), folder: '/runs/run' };
const other: WatchedRun = { record: record('other'), folder: '/runs/other' };

/** The measurements of a window whose process answers when it is told to. */
function window() {
  const asked: (readonly [string, unknown])[] = [];
  const ends: { resolve(measured: boolean): void; reject(error: Error): void }[] = [];
  let refreshed = 0;
  let changes = 0;
  const measurements = createTextMeasurements(
    {
      work: (name: string, request: unknown) => {
        asked.push([name, request]);
        if (name !== 'measureText') return Promise.resolve(undefined as never);
        return new Promise((resolve, reject) => {
          ends.push({ resolve: (measured) => resolve({ measured } as never), reject });
        });
      },
    },
    () => {
      refreshed++;
      return Promise.resolve();
    },
  );
  measurements.onChange(() => changes++);
  return { measurements, asked, ends, refreshed: () => refreshed, changes: () => changes };
}

describe('the measurements of texts in a window', () => {
  it('begin once for however many pages ask, and count rows for all of them', async () => {
    const { measurements, asked, ends, refreshed, changes } = window();
    const first = measurements.measure(run, 'Kind?');
    const second = measurements.measure(run, 'Kind?');
    void measurements.measure(other, 'Kind?');
    expect(asked).toEqual([
      ['measureText', { folder: '/runs/run', text: 'Kind?' }],
      ['measureText', { folder: '/runs/other', text: 'Kind?' }],
    ]);
    measurements.follow({ folder: '/runs/run', text: 'Kind?', done: 8, total: 40 });
    expect(measurements.underWay).toEqual([
      { run: 'run', text: 'Kind?', done: 8, total: 40 },
      { run: 'other', text: 'Kind?', done: 0, total: 0 },
    ]);
    ends[0]!.resolve(true);
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(measurements.underWay).toEqual([{ run: 'other', text: 'Kind?', done: 0, total: 0 }]);
    expect([refreshed(), changes()]).toEqual([1, 4]);
  });

  it('are stopped where the process works, may begin again, and let a failure through', async () => {
    const { measurements, asked, ends } = window();
    await measurements.stop(run, 'Kind?');
    expect(asked).toEqual([]);
    const stopped = measurements.measure(run, 'Kind?');
    await measurements.stop(run, 'Kind?');
    expect(asked.at(-1)).toEqual(['stopMeasuring', { folder: '/runs/run', text: 'Kind?' }]);
    ends[0]!.resolve(false);
    expect(await stopped).toBe(false);
    const failed = measurements.measure(run, 'Kind?');
    ends[1]!.reject(new Error('The data of test are others by now.'));
    await expect(failed).rejects.toThrow('The data of test are others by now.');
    expect(measurements.underWay).toEqual([]);
    // What is said of one that has ended is said of none.
    measurements.follow({ folder: '/runs/run', text: 'Kind?', done: 8, total: 40 });
    expect(measurements.underWay).toEqual([]);
  });
});
