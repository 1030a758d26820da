import { cp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readCheckpoint,
  startingPoint,
  startOf,
  writeCheckpoint,
} from '../../../../../src/runs/store/files/checkpointFolder';
import { temporaryFolder } from '../../../../support/comparison/comparisons';

const stored = (step: number) => ({
  checkpoint: {
    step,
    arrays: { prompt: Float32Array.of(step, -0, 1e-40, Infinity, Math.fround(0.1)), moment: new Float32Array(0) },
    state: { position: [step, null], words: 'ü' },
  },
  metricsOffset: 10 * step,
});

describe('a checkpoint', () => {
  it('comes back bit for bit', async () => {
    const folder = await temporaryFolder();
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
          fc.float32Array({ maxLength: 20 }),
        ),
        fc.jsonValue(),
        async (arrays, state) => {
          // JSON has no minus zero, and the state is JSON.
          const plain = JSON.parse(JSON.stringify(state)) as unknown;
          await writeCheckpoint(folder, {
            checkpoint: { step: 3, arrays: { ...arrays }, state: plain },
            metricsOffset: 7,
          });
          const back = await readCheckpoint(folder);
          expect(back).toEqual({ checkpoint: { step: 3, arrays: { ...arrays }, state: plain }, metricsOffset: 7 });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('replaces the one before and leaves nothing else', async () => {
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, stored(1));
    await writeCheckpoint(folder, stored(2));
    expect(await readCheckpoint(folder)).toEqual(stored(2));
    expect(await readdir(folder)).toEqual(['checkpoint']);
  });

  it('falls back on the one before when the process died between the two renames', async () => {
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, stored(1));
    await rename(join(folder, 'checkpoint'), join(folder, 'checkpoint.previous'));
    expect(await readCheckpoint(folder)).toEqual(stored(1));
    await writeCheckpoint(folder, stored(2));
    expect(await readCheckpoint(folder)).toEqual(stored(2));
  });

  it('is not disturbed by one that was never completed', async () => {
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, stored(1));
    await cp(join(folder, 'checkpoint'), join(folder, 'checkpoint.abc.tmp'), { recursive: true });
    await rm(join(folder, 'checkpoint.abc.tmp', 'index.json'));
    expect(await readCheckpoint(folder)).toEqual(stored(1));
  });

  it('refuses arrays that are not those it wrote', async () => {
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, stored(1));
    const path = join(folder, 'checkpoint', 'arrays.f32');
    const bytes = await readFile(path);
    bytes[0]! ^= 1;
    await writeFile(path, bytes);
    await expect(readCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint-damaged' });
  });

  it('keeps the vectors that a run starts from, and tells them from a step of the training', async () => {
    const folder = await temporaryFolder();
    const start = { rows: 1, hiddenSize: 3, values: Float32Array.of(1, 2, 3) };
    const deep = { ...start, prefix: { rows: 2, width: 2, values: Float32Array.of(4, 5, 6, 7) } };
    for (const prompt of [start, deep]) {
      await writeCheckpoint(folder, startingPoint(prompt));
      expect(startOf(await readCheckpoint(folder))).toEqual(prompt);
    }
    expect(startOf(stored(1))).toBeUndefined();
  });

  it('is missed in one sentence where there is none', async () => {
    await expect(readCheckpoint(await temporaryFolder())).rejects.toMatchObject({ code: 'checkpoint-missing' });
  });
});
