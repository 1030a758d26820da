import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../../src/files/sha256';
import { holdRun, moveFiles, updateRun } from '../../../../src/runs/record/changeRun';
import type { RunRecord } from '../../../../src/runs/record/record';
import { followTemplates } from '../../../../src/runs/store/followTemplates';
import { createRun, readRun } from '../../../../src/runs/store/runFolder';
import { runRecord } from '../../../support/pages/views';

describe('a template that is renamed or moved', () => {
  let root: string;
  const runs = () => join(root, '.prompt-tuner', 'runs');
  const at = (name: string) => join(root, name);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'follow-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const write = async (name: string, text: string) => {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  };
  const addRun = (id: string, name: string, text: string, more: Partial<RunRecord> = {}) =>
    createRun(runs(), runRecord(id, { template: { path: at(name), text, sha256: sha256(text) }, ...more }));
  const pathOf = async (id: string) => (await readRun(join(runs(), id))).template.path;

  it('keeps its runs, earlier texts included, when exactly one file holds what one of them began with', async () => {
    await addRun('1', 'a.prompt', 'first text');
    await addRun('2', 'a.prompt', 'second text\nof two lines');
    await addRun('3', 'other.prompt', 'another');
    await write('other.prompt', 'another');
    await write('deep/er/b.prompt', 'second text\r\nof two lines');
    expect(await followTemplates(runs())).toEqual([{ from: at('a.prompt'), to: at('deep/er/b.prompt') }]);
    expect(await Promise.all(['1', '2', '3'].map(pathOf))).toEqual([
      at('deep/er/b.prompt'),
      at('deep/er/b.prompt'),
      at('other.prompt'),
    ]);
    expect(await followTemplates(runs())).toEqual([]);
  });

  it('keeps its runs where they are while it is still there, and where it cannot be told from a copy', async () => {
    await addRun('1', 'a.prompt', 'text');
    await write('a.prompt', 'edited since');
    await write('b.prompt', 'text');
    expect(await followTemplates(runs())).toEqual([]);
    await rm(at('a.prompt'));
    await write('c.prompt', 'text');
    expect(await followTemplates(runs())).toEqual([]);
    expect(await pathOf('1')).toBe(at('a.prompt'));
  });

  it('takes its data along when their folder is renamed, and nothing that lies beside the folder', async () => {
    const file = (name: string) => ({ path: at(name), rows: 4, sha256: 'd' });
    const folder = await addRun('1', 'old/a.prompt', 'text', {
      data: { train: file('old/train.csv'), test: file('older/test.csv') },
    });
    await moveFiles(folder, [{ from: at('old'), to: at('new/place') }]);
    expect(await readRun(folder)).toMatchObject({
      template: { path: at('new/place/a.prompt') },
      data: { train: { path: at('new/place/train.csv') }, test: { path: at('older/test.csv') } },
    });
  });

  it('is followed by a run at work, whose process keeps the new path with the next that it writes', async () => {
    const folder = await addRun('1', 'a.prompt', 'text', { status: 'running' });
    const lock = await holdRun(folder);
    await moveFiles(folder, [{ from: at('a.prompt'), to: at('b.prompt') }]);
    expect(await pathOf('1')).toBe(at('b.prompt'));
    await updateRun(folder, (record) => ({ ...record, progress: { ...record.progress, step: 7 } }));
    await moveFiles(folder, [{ from: at('b.prompt'), to: at('a.prompt') }]);
    expect(await readRun(folder)).toMatchObject({ template: { path: at('a.prompt') }, progress: { step: 7 } });
    await lock.release();
    await moveFiles(folder, [{ from: at('a.prompt'), to: at('c.prompt') }]);
    expect(await pathOf('1')).toBe(at('c.prompt'));
  });

  it('is found after it was moved twice', async () => {
    await addRun('1', 'a.prompt', 'text');
    await write('b.prompt', 'text');
    await followTemplates(runs());
    await mkdir(at('sub'));
    await rename(at('b.prompt'), at('sub/c.prompt'));
    await followTemplates(runs());
    expect(await pathOf('1')).toBe(at('sub/c.prompt'));
  });
});
