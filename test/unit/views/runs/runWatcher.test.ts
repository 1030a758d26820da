import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pauseRun } from '../../../../src/runs/queue/queue';
import { updateRun } from '../../../../src/runs/record/changeRun';
import { createRun } from '../../../../src/runs/store/runFolder';
import { setLabels } from '../../../../src/runs/store/runLabels';
import { watchRuns, type RunWatcher } from '../../../../src/views/runs/runWatcher';
import { runRecord } from '../../../support/pages/views';
import { patience } from '../../../support/running/patience';

describe('a run watcher', () => {
  let root: string;
  let watcher: RunWatcher;
  const runsFolder = () => join(root, '.prompt-tuner', 'runs');
  const ids = () => watcher.runs.map(({ record }) => record.id);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'watcher-'));
    watcher = watchRuns(() => [runsFolder()]);
  });
  afterEach(async () => {
    watcher.dispose();
    await rm(root, { recursive: true });
  });

  it('finds no runs where there is no folder, and the first one when it comes', async () => {
    await watcher.refresh();
    expect(ids()).toEqual([]);
    await createRun(runsFolder(), runRecord('1'));
    await vi.waitFor(() => expect(ids()).toEqual(['1']), patience);
  });

  it('lists the newest first and tells its listeners of each change once', async () => {
    await createRun(runsFolder(), runRecord('1'));
    await createRun(runsFolder(), runRecord('2'));
    await watcher.refresh();
    expect(ids()).toEqual(['2', '1']);
    const listener = vi.fn();
    watcher.onChange(listener);
    await watcher.refresh();
    expect(listener).not.toHaveBeenCalled();
    await createRun(runsFolder(), runRecord('3'));
    await vi.waitFor(() => expect(listener).toHaveBeenCalled(), patience);
    expect(ids()).toEqual(['3', '2', '1']);
  });

  it('reads once more for all who ask while it reads, and shows each of them what had changed by then', async () => {
    let looks = 0;
    const counted = watchRuns(() => {
      looks++;
      return [runsFolder()];
    });
    try {
      const first = counted.refresh();
      await createRun(runsFolder(), runRecord('1'));
      await Promise.all([first, ...Array.from({ length: 200 }, () => counted.refresh())]);
      expect(counted.runs).toHaveLength(1);
      expect(looks).toBeLessThan(20);
    } finally {
      counted.dispose();
    }
  });

  it('follows the progress of a run that another process writes', async () => {
    const working = runRecord('1', {
      status: 'running',
      process: { pid: process.pid, heartbeat: new Date().toISOString() },
      progress: { phase: 'training', step: 1, steps: 9 },
    });
    const folder = await createRun(runsFolder(), working);
    await watcher.refresh();
    await updateRun(folder, (record) => ({ ...record, progress: { ...record.progress, step: 5 } }));
    await vi.waitFor(() => expect(watcher.runs[0]?.record.progress.step).toBe(5), patience);
  });

  it('tells when the template of a result has become another, and when it is the same again', async () => {
    const path = join(root, 'a.prompt');
    const write = (text: string) => writeFile(path, text);
    await write('Hello {{name}}');
    await createRun(runsFolder(), runRecord('1', { template: { path, text: 'Hello {{name}}', sha256: '0' } }));
    await watcher.refresh();
    expect(watcher.runs[0]?.changed).toBeUndefined();
    const listener = vi.fn();
    watcher.onChange(listener);
    await write('Good day {{name}}');
    await watcher.refresh();
    expect(watcher.runs[0]?.changed).toContain('the text');
    expect(listener).toHaveBeenCalledTimes(1);
    await write('Hello {{name}}');
    await watcher.refresh();
    expect(watcher.runs[0]?.changed).toBeUndefined();
  });

  it('names a run that cannot be read or is half deleted, and hides no other', async () => {
    await createRun(runsFolder(), runRecord('1'));
    await mkdir(join(runsFolder(), '2'));
    await writeFile(join(runsFolder(), '2', 'run.json'), '{"format": 1,');
    await mkdir(join(runsFolder(), '3'));
    await mkdir(join(runsFolder(), '.new-4'));
    await watcher.refresh();
    expect(ids()).toEqual(['1']);
    expect(watcher.unreadable.map(({ folder }) => folder)).toEqual([join(runsFolder(), '3'), join(runsFolder(), '2')]);
    expect(watcher.unreadable.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/holds no run.json/),
      expect.stringMatching(/cannot be read/),
    ]);
  });

  it('sees a name or a star that a person has given, and where a waiting run stands', async () => {
    const folder = await createRun(runsFolder(), runRecord('1', { status: 'queued' }), { 'queue.json': { order: 4 } });
    const ended = await createRun(runsFolder(), runRecord('2'));
    await watcher.refresh();
    expect(watcher.runs.find(({ record }) => record.id === '1')?.ticket).toEqual({ order: 4 });
    await setLabels(ended, { name: 'mine', starred: true });
    await pauseRun(folder);
    await watcher.refresh();
    expect(watcher.runs.find(({ record }) => record.id === '2')?.record).toMatchObject({ name: 'mine', starred: true });
    expect(watcher.runs.find(({ record }) => record.id === '1')?.ticket).toEqual({ order: 4, paused: true });
  });
});
