import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stateOfFile, stateOfFiles } from '../../../src/files/fileState';

const minute = 60_000;

describe('the state of a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'state-'));
    file = join(folder, 'a.json');
    writeFileSync(file, 'one');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Once the clock of the file system has gone on since a file was written. */
  const nextTick = (): void => {
    const before = statSync(file, { bigint: true }).ctimeNs;
    const probe = join(folder, 'probe');
    do writeFileSync(probe, 'x');
    while (statSync(probe, { bigint: true }).ctimeNs === before);
  };

  it('stays the same while nothing is written', async () => {
    expect((await stateOfFile(file)).mark).toBe((await stateOfFile(file)).mark);
  });

  it('is another one after every kind of writing', async () => {
    const marks = [(await stateOfFile(file)).mark];
    const after = async (change: () => void): Promise<void> => {
      nextTick();
      change();
      marks.push((await stateOfFile(file)).mark);
    };
    await after(() => writeFileSync(file, 'longer'));
    await after(() => writeFileSync(file, 'LONGER'));
    // A copy that keeps the time of what it was made of, as archives and synchronised folders are unpacked.
    const { atime, mtime } = statSync(file);
    await after(() => {
      writeFileSync(file, 'Longer');
      utimesSync(file, atime, mtime);
    });
    await after(() => {
      writeFileSync(`${file}.tmp`, 'longeR');
      utimesSync(`${file}.tmp`, atime, mtime);
      renameSync(`${file}.tmp`, file);
    });
    await after(() => rmSync(file));
    expect(new Set(marks).size).toBe(marks.length);
  });

  it('is not settled while a writing may hide in the tick of the last one, or where clocks differ', async () => {
    const { ctimeMs } = statSync(file);
    expect((await stateOfFile(file, ctimeMs + minute)).isSettled).toBe(true);
    expect((await stateOfFile(file, ctimeMs + 1)).isSettled).toBe(false);
    expect((await stateOfFile(file, ctimeMs)).isSettled).toBe(false);
    expect((await stateOfFile(file, ctimeMs - minute)).isSettled).toBe(false);
    utimesSync(file, new Date(), new Date(ctimeMs + 2 * minute));
    expect((await stateOfFile(file, ctimeMs + minute)).isSettled).toBe(false);
  });

  it('is settled where there is no file, and not where it cannot be looked at', async () => {
    expect(await stateOfFile(join(folder, 'none'))).toEqual({ mark: '', isSettled: true });
    expect((await stateOfFile(join(folder, 'x'.repeat(300)))).isSettled).toBe(false);
  });

  it('of several is another one when one of them is, and settled when all are', async () => {
    const paths = [file, join(folder, 'b.json')];
    const before = await stateOfFiles(paths);
    expect(before.isSettled).toBe(false);
    writeFileSync(paths[1]!, 'two');
    expect((await stateOfFiles(paths)).mark).not.toBe(before.mark);
  });
});
