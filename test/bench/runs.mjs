// How long a workspace of 1,000 runs takes to list, and what it holds in memory. usage: node test/bench/runs.mjs
// PROMPT_TUNER_BENCH_RUNS names another number.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { machineLine, markdownTable } from './processor.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const outfile = join(root, 'out', 'runsBench.js');
await build({
  entryPoints: [join(root, 'test/bench/runs.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['onnxruntime-node'],
  logLevel: 'warning',
});
const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', outfile], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
});
if (status === 0) {
  const { count, rows } = JSON.parse(stdout);
  console.log(machineLine());
  console.log(markdownTable([`${count} runs`, 'wall', 'processor', 'longest stall', 'memory'], rows));
}
process.exitCode = status ?? 1;
