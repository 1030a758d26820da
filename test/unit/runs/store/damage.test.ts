import { thisProcess } from '../../../../src/files/processIdentity';
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/failure';
import { readCheckpoint, writeCheckpoint } from '../../../../src/runs/store/files/checkpointFolder';
import { formatRun, formatRunList, runListJson, showRun } from '../../../../src/comparison/text/formatRun';
import { startRun } from '../../../../src/runs/work/liveRun';
import { appendMetrics, readMetrics } from '../../../../src/runs/store/files/metrics';
import { readPredictions, writePredictions } from '../../../../src/runs/store/files/predictionsFile';
import { appendLog } from '../../../../src/runs/store/files/logFile';
import { listQueue, moveInQueue, pauseRun, resumeRun, stopRun, tidyRuns } from '../../../../src/runs/queue/queue';
import { recordedTemplate } from '../../../../src/runs/record/recordedTemplate';
import { createRun, deleteRun, readRun } from '../../../../src/runs/store/runFolder';
import { scanRuns } from '../../../../src/runs/store/scanRuns';
import { setLabels } from '../../../../src/runs/store/runLabels';
import { readSamples } from '../../../../src/runs/store/files/samples';
import { requestStop } from '../../../../src/runs/queue/stopRequest';
import { runsTree } from '../../../../src/views/sidebar/runsTreeModel';
import { watchRuns } from '../../../../src/views/runs/runWatcher';
import { predictions, record, result, temporaryFolder } from '../../../support/comparison/comparisons';

const noProcess = 2 ** 22 + 7;

/** A run that has all the files a run can have, cut off at work. */
async function fullRun(runs: string): Promise<string> {
  const folder = await createRun(
    runs,
    record('a', {
      status: 'running',
      generation: 3,
      process: { pid: noProcess, heartbeat: '2026-01-02T03:04:05.000Z' },
      started: '2026-01-02T03:04:05.000Z',
      progress: { phase: 'training', step: 4, steps: 9, loss: 0.5, devAccuracy: 0.5, secondsLeft: 3 },
      result: result('soft', 0.5, 'a'),
      best: { step: 4, loss: 0.5, accuracy: 0.5 },
      learningRate: 0.1,
      study: { id: 'study-1', varied: ['length'] },
      rewritten: { original: 'a', instruction: 'b', text: 'b {{name}}', edits: [] },
      error: { code: 'x', message: 'y' },
    }),
    { 'queue.json': { order: 2, set: {} }, 'lock.3': { ...(await thisProcess()), pid: noProcess, token: 't' } },
  );
  for (let step = 1; step < 5; step++)
    await appendMetrics(folder, [{ step, loss: 1 / step, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 9 }]);
  await appendMetrics(folder, [{ step: 4, dev: { loss: 0.4, accuracy: 0.5, macroF1: 0.5 } }]);
  await writePredictions(folder, predictions('1011'));
  await appendLog(folder, 'Started');
  await setLabels(folder, { name: 'mine', note: 'long', starred: true });
  await requestStop(folder);
  await writeCheckpoint(folder, {
    checkpoint: { step: 4, arrays: { prompt: Float32Array.of(1, 2, 3) }, state: { position: 4 } },
    metricsOffset: 100,
  });
  await writeFile(
    join(folder, 'samples.jsonl'),
    `${JSON.stringify({ step: 4, samples: [{ row: 1, input: 'a', expected: 'b', probability: 0.5 }] })}\n`,
  );
  return folder;
}

type Damage = {
  readonly kind: 'truncated' | 'flipped' | 'swapped' | 'emptied' | 'deleted';
  readonly file: number;
  readonly other: number;
  readonly place: number;
};

const damages: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(
    'truncated' as const,
    'flipped' as const,
    'swapped' as const,
    'emptied' as const,
    'deleted' as const,
  ),
  file: fc.nat(30),
  other: fc.nat(30),
  place: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

async function damage(folder: string, { kind, file, other, place }: Damage): Promise<void> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const path = files[file % files.length]!;
  const bytes = await readFile(path);
  if (kind === 'truncated') await writeFile(path, bytes.subarray(0, Math.floor(place * bytes.length)));
  if (kind === 'emptied') await writeFile(path, '');
  if (kind === 'deleted') await rm(path);
  if (kind === 'flipped') {
    const bit = Math.floor(place * bytes.length * 8);
    if (bytes.length > 0) bytes[bit >> 3]! ^= 1 << (bit & 7);
    await writeFile(path, bytes);
  }
  if (kind === 'swapped') {
    const partner = files[other % files.length]!;
    const content = await readFile(partner);
    await writeFile(partner, bytes);
    await writeFile(path, content);
  }
}

/** Does something that may fail, but only in a sentence of ours. */
async function orFailure(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

describe('a run whose files are damaged', () => {
  it('never crashes a list, a look, the tree, the queue, a resume or a deletion, and hides no other run', async () => {
    const original = await temporaryFolder();
    await fullRun(original);
    await createRun(original, record('b', { status: 'done', result: result('soft', 0.5, 'b') }));
    const trials = await temporaryFolder();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(damages, { minLength: 1, maxLength: 3 }), async (all) => {
        const runs = join(trials, String(count++));
        await cp(original, runs, { recursive: true });
        const folder = join(runs, 'a');
        for (const each of all) await damage(folder, each);

        const list = await scanRuns(runs);
        expect(list.runs.some(({ id }) => id === 'b')).toBe(true);
        expect(list.runs.length + list.damaged.length).toBe(2);
        expect(formatRunList(list)).toContain('b');
        JSON.stringify(runListJson(list));
        await orFailure(async () => formatRun(await showRun(runs, 'a')));

        const watcher = watchRuns(() => [runs]);
        await watcher.refresh();
        watcher.dispose();
        expect(watcher.runs.length + watcher.unreadable.length).toBe(2);
        expect(JSON.stringify(runsTree(watcher.runs, watcher.unreadable))).toContain('/work/tickets.prompt');

        for (const read of [readMetrics, readPredictions, readSamples]) await read(folder);
        await orFailure(() => readCheckpoint(folder));
        await orFailure(async () => recordedTemplate(await readRun(folder)));
        await tidyRuns(runs);
        for (const act of [resumeRun, pauseRun, stopRun, (run: string) => moveInQueue(run, 'first')])
          await orFailure(() => act(folder));
        await listQueue(runs);
        await orFailure(async () => (await startRun(folder, 'a', {})).end('stopped'));
        await orFailure(() => deleteRun(folder));
        expect(await readdir(runs)).not.toContain('a');
      }),
      { numRuns: 120 },
    );
  });

  it('is told apart from one that a newer Prompt Tuner has written', async () => {
    const runs = await temporaryFolder();
    const folder = await fullRun(runs);
    await writeFile(
      join(folder, 'run.json'),
      JSON.stringify({ ...(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as object), format: 9 }),
    );
    const { damaged } = await scanRuns(runs);
    expect(damaged.map(({ failure }) => failure.code)).toEqual(['run-format']);
    await expect(resumeRun(folder)).rejects.toMatchObject({ code: 'run-format', remedy: 'Update Prompt Tuner.' });
  });
});
