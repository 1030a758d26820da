// How long a workspace of 1,000 runs takes to list, and what it holds in memory. usage: node test/bench/window/runs.mjs
// PROMPT_TUNER_BENCH_RUNS names another number.
import { spawnSync } from 'node:child_process';
import { bundled } from '../shared/bundle.mjs';
import { machineLine, markdownTable } from '../shared/processor.mjs';

const [program] = await bundled('window/runs');
const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', program], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
});
if (status === 0) {
  const { count, rows } = JSON.parse(stdout);
  console.log(machineLine());
  console.log(markdownTable([`${count} runs`, 'wall', 'processor', 'longest stall', 'memory'], rows));
}
process.exitCode = status ?? 1;
