import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openOutputFile, unfinishedFolder, type Tally } from '../../../../src/use/predict/outputFile';
import { temporaryFolder } from '../../../support/comparison/comparisons';
import { breakAfter, changesMade, mend, type Fault } from '../../../support/runs/faults';

vi.mock('node:fs/promises', async () => (await import('../../../support/runs/faults')).faultyPromises());
afterEach(mend);

const tallyOf = (rows: number): Tally => ({ rows, errors: 0, review: 0, truncated: 0 });
const pieces = ['head\n', 'one\n', 'two\n', 'three\n'];
const whole = `${pieces.join('')}tail\n`;

/** Writes what is not yet written, as a command that is given once more does. */
async function writeAll(path: string, asked = 'this', replaces = false): Promise<void> {
  const output = await openOutputFile(path, { asked, replaces });
  try {
    for (let piece = output.begun?.tally.rows ?? 0; piece < pieces.length; piece++)
      await output.append(pieces[piece]!, { tally: tallyOf(piece + 1), read: String(piece) });
    await output.finish('tail\n');
  } finally {
    await output.close();
  }
}

/** A process that is gone holds no lock. */
async function freeLocks(path: string): Promise<void> {
  const folder = unfinishedFolder(path);
  for (const name of await readdir(folder).catch(() => [])) if (name.startsWith('lock.')) await rm(join(folder, name));
}

describe('an output file', () => {
  it.each(['crash', 'full'] satisfies Fault[])(
    'loses and doubles nothing, whichever change of the disk a %s falls into',
    async (fault) => {
      mend();
      await writeAll(join(await temporaryFolder(), 'out'));
      const changes = changesMade();
      expect(changes).toBeGreaterThan(12);
      for (let after = 0; after < changes; after++) {
        const path = join(await temporaryFolder(), 'out');
        mend();
        breakAfter(after, fault);
        const ended = await writeAll(path).then(
          () => 'whole',
          () => 'broken',
        );
        mend();
        await freeLocks(path);
        const seen = await readFile(path, 'utf8').catch(() => undefined);
        // Nobody sees a part of it.
        expect([undefined, whole]).toContain(seen);
        if (ended === 'whole') expect(seen).toBe(whole);
        if (seen === undefined) await writeAll(path);
        expect(await readFile(path, 'utf8')).toBe(whole);
      }
    },
  );

  it('stands alone once it is whole', async () => {
    const folder = await temporaryFolder();
    await writeAll(join(folder, 'out'));
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('is refused where there is one, and where another process writes it', async () => {
    const path = join(await temporaryFolder(), 'out');
    await writeFile(path, 'mine');
    await expect(writeAll(path)).rejects.toMatchObject({ code: 'output-exists' });
    expect(await readFile(path, 'utf8')).toBe('mine');
    const first = await openOutputFile(path, { asked: 'this', replaces: true });
    await expect(writeAll(path, 'this', true)).rejects.toMatchObject({ code: 'output-busy' });
    await first.close();
    await writeAll(path, 'this', true);
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('is not gone on with by other work, unless that is meant to begin again', async () => {
    const path = join(await temporaryFolder(), 'out');
    const begun = await openOutputFile(path, { asked: 'other', replaces: false });
    await begun.append('something else\n', { tally: tallyOf(3), read: '' });
    await begun.close();
    await expect(writeAll(path)).rejects.toMatchObject({ code: 'output-changed' });
    await writeAll(path, 'this', true);
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('leaves nothing behind where nothing was written', async () => {
    const folder = await temporaryFolder();
    await (await openOutputFile(join(folder, 'out'), { asked: 'this', replaces: false })).close();
    expect(await readdir(folder)).toEqual([]);
  });
});
