// How long the check of a template with 100,000 rows takes. usage: node test/bench/check.mjs
// PROMPT_TUNER_BENCH_ROWS names another number.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { machineLine, markdownTable } from './processor.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const outfile = join(root, 'out', 'benchCheck.js');
await build({
  entryPoints: [join(root, 'test/bench/check.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['onnxruntime-node'],
  logLevel: 'warning',
});
const { status, stdout } = spawnSync(process.execPath, [outfile], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
});
if (status === 0) {
  const { count, rows } = JSON.parse(stdout);
  console.log(machineLine());
  console.log(markdownTable([`${count} rows`, 'wall', 'processor'], rows));
}
process.exitCode = status ?? 1;
