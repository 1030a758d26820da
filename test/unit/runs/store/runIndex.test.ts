import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type * as Files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listQueue } from '../../../../src/runs/queue/queue';
import { updateRun } from '../../../../src/runs/record/changeRun';
import { addPendingMoves } from '../../../../src/runs/record/movedFiles';
import { createRun, readRun, runFolders } from '../../../../src/runs/store/runFolder';
import { setLabels } from '../../../../src/runs/store/runLabels';
import { scanRuns } from '../../../../src/runs/store/scanRuns';
import { record } from '../../../support/runs/records';

/** What was read since the last look. */
const read = vi.hoisted(() => ({ paths: [] as string[] }));
vi.mock('node:fs/promises', async (original) => {
  const files = await original<typeof Files>();
  const readFile = (path: unknown, ...rest: readonly unknown[]): unknown => {
    read.paths.push(String(path));
    return (files.readFile as (...words: readonly unknown[]) => unknown)(path, ...rest);
  };
  return { ...files, readFile };
});

const readRecords = (): number => read.paths.splice(0).filter((path) => path.endsWith('run.json')).length;

describe('the index of runs', () => {
  let runs: string;
  beforeEach(() => {
    runs = mkdtempSync(join(tmpdir(), 'index-'));
    read.paths = [];
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(runs, { recursive: true, force: true });
  });

  const done = (id: string) => createRun(runs, record(id, { status: 'done' }));
  /** Lets time pass for who asks whether a file was written just now. */
  const later = (): void => {
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 60_000);
  };
  /** Once a writing has another time than all before it. */
  const nextTick = (): void => {
    const probe = join(runs, '.probe');
    const time = (): bigint => (writeFileSync(probe, 'x'), statSync(probe, { bigint: true }).ctimeNs);
    const first = time();
    while (time() === first);
  };
  /** What a list says that knows nothing from before. */
  const fromNothing = async (): Promise<object> => {
    const folders = await runFolders(runs);
    const looks = await Promise.all(
      folders.map((folder) => readRun(folder).catch(({ code }: { code: string }) => `${basename(folder)} ${code}`)),
    );
    return {
      runs: looks.filter((look) => typeof look !== 'string'),
      damaged: looks.filter((look) => typeof look === 'string'),
    };
  };
  const listed = async (): Promise<object> => {
    const { runs: records, damaged } = await scanRuns(runs);
    return { runs: records, damaged: damaged.map(({ id, failure }) => `${id} ${failure.code}`) };
  };

  it('reads each run once, whoever lists them', async () => {
    for (let i = 0; i < 40; i++) await done(`run-${i}`);
    later();
    expect((await scanRuns(runs)).runs).toHaveLength(40);
    expect(readRecords()).toBe(40);
    await scanRuns(runs);
    await listQueue(runs);
    expect(readRecords()).toBe(0);
    nextTick();
    await updateRun(join(runs, 'run-7'), (run) => ({ ...run, status: 'stopped' }));
    read.paths = [];
    expect((await scanRuns(runs)).runs.find(({ id }) => id === 'run-7')?.status).toBe('stopped');
    expect(readRecords()).toBe(1);
  });

  it('reads runs that are at work or wait every time, since they depend on more than their files', async () => {
    await createRun(runs, record('waits', { status: 'queued' }));
    await createRun(runs, record('works', { status: 'running', generation: 1 }));
    later();
    await scanRuns(runs);
    read.paths = [];
    expect((await scanRuns(runs)).runs.map(({ status }) => status)).toEqual(['lost', 'queued']);
    expect(readRecords()).toBeGreaterThanOrEqual(2);
  });

  it('misses no writing within one tick of the clock, to the same size and in the same file', async () => {
    const folder = await done('a');
    const path = join(folder, 'run.json');
    const text = readFileSync(path, 'utf8');
    for (let i = 100; i < 200; i++) {
      writeFileSync(path, text.replace('builtin', `model${i}`.slice(-7)));
      expect((await scanRuns(runs)).runs[0]?.model.id).toBe(`model${i}`.slice(-7));
    }
  });

  it('says what a list from nothing says, whatever became of the folders meanwhile', async () => {
    const texts = ['{"format": 1,', '', '[]', '{"format": 7}'];
    const change = fc.record({
      run: fc.nat(4),
      other: fc.nat(4),
      kind: fc.constantFrom('write', 'inPlace', 'labels', 'moves', 'damage', 'delete', 'rename', 'swap', 'create'),
      word: fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), minLength: 3, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        for (const name of readdirSync(runs)) rmSync(join(runs, name), { recursive: true });
        for (let i = 0; i < 4; i++) await done(`run-${i}`);
        later();
        for (const { run, other, kind, word } of changes) {
          expect(await listed()).toEqual(await fromNothing());
          nextTick();
          const [folder, second] = [join(runs, `run-${run}`), join(runs, `run-${other}`)];
          const path = join(folder, 'run.json');
          const work: Readonly<Record<typeof kind, () => unknown>> = {
            write: () => updateRun(folder, (before) => ({ ...before, learningRate: word.charCodeAt(0) })),
            inPlace: () => {
              const text = readFileSync(path, 'utf8');
              writeFileSync(path, text.replace(/"builtin"|"[abü]{3}"/, `"${word}"`));
            },
            labels: () => setLabels(folder, { name: word }),
            moves: () => addPendingMoves(folder, [{ from: '/work', to: `/${word}` }]),
            damage: () => writeFileSync(path, texts[other % texts.length]!),
            delete: () => rmSync(folder, { recursive: true }),
            rename: () => renameSync(folder, join(runs, `run-${other}`)),
            swap() {
              renameSync(folder, join(runs, '.aside'));
              renameSync(second, folder);
              renameSync(join(runs, '.aside'), second);
            },
            create: () => done(`run-${run}`),
          };
          // What cannot be done to a folder that is gone leaves things as they are.
          await Promise.resolve()
            .then(work[kind])
            .catch(() => undefined);
        }
        expect(await listed()).toEqual(await fromNothing());
      }),
      { numRuns: 40 },
    );
  });

  it('comes to the same whoever writes while it looks', async () => {
    for (let i = 0; i < 8; i++) await done(`run-${i}`);
    later();
    // No two writings leave files of one size, since a clock that is far ahead tells none of them from another.
    const write = async (name: string, growth: number): Promise<void> => {
      for (let i = 0; i < 30; i++)
        await setLabels(join(runs, `run-${i % 8}`), { [name]: 'x'.repeat(i * growth) }).catch(() => undefined);
    };
    const look = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await scanRuns(runs);
    };
    await Promise.all([write('name', 1), write('note', 50), look(), look()]);
    nextTick();
    expect(await listed()).toEqual(await fromNothing());
  });
});
