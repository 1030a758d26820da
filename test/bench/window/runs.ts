import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { listQueue } from '../../../src/runs/queue/queue';
import { scanRuns } from '../../../src/runs/store/scanRuns';
import { runsTree } from '../../../src/views/sidebar/runsTreeModel';
import { watchRuns } from '../../../src/views/runs/runWatcher';
import { makeRuns } from './manyRuns';

/**
 * How long a workspace of many runs takes to list, to look through again, how long the process is deaf meanwhile, and
 * how much more it holds than before. Every second run was measured on a text that its template no longer has.
 */
const count = Number(process.env.PROMPT_TUNER_BENCH_RUNS ?? 1000);
const rows: string[][] = [];

function memory(): number {
  (globalThis as unknown as { readonly gc: () => void }).gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

async function timed<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const before = memory();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const [began, processor] = [performance.now(), process.cpuUsage()];
  const value = await work();
  const milliseconds = performance.now() - began;
  const { user, system } = process.cpuUsage(processor);
  delay.disable();
  rows.push([
    name,
    `${milliseconds.toFixed(0)} ms`,
    `${((user + system) / 1000).toFixed(0)} ms`,
    `${(delay.max / 1e6).toFixed(0)} ms`,
    `${(memory() - before).toFixed(1)} MB more`,
  ]);
  return value;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-bench-'));
  try {
    const runs = join(folder, 'runs');
    await makeRuns({ folder, runs, count });
    const watcher = watchRuns(() => [runs]);
    const shown = new Promise<void>((done) => {
      const stop = watcher.onChange(() => (stop(), done()));
    });
    const first = timed('listed in the window', () => shown);
    const whole = timed('and compared with their templates', () => watcher.refresh());
    await first;
    await whole;
    await timed('the tree', () => runsTree(watcher.runs, watcher.unreadable));
    await timed('looked at again', () => watcher.refresh());
    await timed('the tree again', () => runsTree(watcher.runs, watcher.unreadable));
    await timed('the queue', () => listQueue(runs));
    await timed('`runs list` in the same process', () => scanRuns(runs));
    watcher.dispose();
    console.log(JSON.stringify({ count, rows }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

void main();
