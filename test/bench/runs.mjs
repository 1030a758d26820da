// How long a workspace of 500 runs takes to list. usage: node test/bench/runs.mjs   PROMPT_TUNER_BENCH_RUNS names
// another number.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
process.exitCode = spawnSync(process.execPath, [outfile], { stdio: 'inherit' }).status ?? 1;
