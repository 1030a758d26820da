import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { appendMetric } from '../../src/runs/store/metrics';
import { listQueue } from '../../src/runs/queue/queue';
import { createRun } from '../../src/runs/store/runFolder';
import { scanRuns } from '../../src/runs/store/scanRuns';
import { runsTree } from '../../src/views/sidebar/runsTreeModel';
import { watchRuns } from '../../src/views/runs/runWatcher';
import { record, result } from '../support/records';

/**
 * How long a workspace of many runs takes to list, to look through again, and how long the process is deaf meanwhile.
 */
const count = Number(process.env.PROMPT_TUNER_BENCH_RUNS ?? 500);

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  const value = await work();
  const milliseconds = performance.now() - began;
  delay.disable();
  console.log(`${name}: ${milliseconds.toFixed(0)} ms, longest stall ${(delay.max / 1e6).toFixed(0)} ms`);
  return value;
}

async function main(): Promise<void> {
  const runs = await mkdtemp(join(tmpdir(), 'prompt-tuner-bench-'));
  try {
    for (let i = 0; i < count; i++) {
      const id = `20260101-${String(i).padStart(6, '0')}`;
      const folder = await createRun(
        runs,
        record(id, {
          status: 'done',
          result: result('soft', 0.8, id),
          template: { path: `/work/t${i % 20}.prompt`, text: 'x'.repeat(2000), sha256: 'aa' },
        }),
      );
      for (let step = 1; step <= 20; step++)
        await appendMetric(folder, { step, loss: 1, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 1 });
    }
    console.log(`${count} runs`);
    await timed('runs list', () => scanRuns(runs));
    const watcher = watchRuns(() => [runs]);
    await timed('the tree, first', async () => {
      await watcher.refresh();
      return runsTree(watcher.runs, watcher.unreadable);
    });
    await timed('the tree, again', async () => {
      await watcher.refresh();
      return runsTree(watcher.runs, watcher.unreadable);
    });
    watcher.dispose();
    await timed('the queue, first', () => listQueue(runs));
    await timed('the queue, again', () => listQueue(runs));
  } finally {
    await rm(runs, { recursive: true });
  }
}

void main();
