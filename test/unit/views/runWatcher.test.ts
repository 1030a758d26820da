import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRun, updateRun } from '../../../src/runs/runFolder';
import { setLabels } from '../../../src/runs/runLabels';
import { watchRuns, type RunWatcher } from '../../../src/views/runWatcher';
import { runRecord } from './fixtures';

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
    await vi.waitFor(() => expect(ids()).toEqual(['1']), 8000);
  }, 10_000);

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
    await vi.waitFor(() => expect(listener).toHaveBeenCalled(), 8000);
    expect(ids()).toEqual(['3', '2', '1']);
  }, 10_000);

  it('follows the progress of a run that another process writes', async () => {
    const working = runRecord('1', { status: 'running', process: { pid: process.pid, heartbeat: new Date().toISOString() }, progress: { phase: 'training', step: 1, steps: 9 } });
    const folder = await createRun(runsFolder(), working);
    await watcher.refresh();
    await updateRun(folder, (record) => ({ ...record, progress: { ...record.progress, step: 5 } }));
    await vi.waitFor(() => expect(watcher.runs[0]?.record.progress.step).toBe(5), 8000);
  }, 10_000);

  it('sees the name that a run is given, although its record stays', async () => {
    const folder = await createRun(runsFolder(), runRecord('1'));
    await watcher.refresh();
    await setLabels(folder, { name: 'the bold one' });
    await watcher.refresh();
    expect(watcher.runs[0]?.record.name).toBe('the bold one');
  });

  it('names a run that cannot be read, hides no other, and skips one that is just being made', async () => {
    await createRun(runsFolder(), runRecord('1'));
    await mkdir(join(runsFolder(), '2'));
    await writeFile(join(runsFolder(), '2', 'run.json'), '{"format": 1,');
    await mkdir(join(runsFolder(), '3'));
    await watcher.refresh();
    expect(ids()).toEqual(['1']);
    expect(watcher.unreadable.map(({ folder }) => folder)).toEqual([join(runsFolder(), '2')]);
    expect(watcher.unreadable[0]?.problem).toMatch(/cannot be read/);
  });
});
