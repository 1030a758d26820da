// How long the check of a template with 100,000 rows takes. usage: node test/bench/editor/check.mjs
// PROMPT_TUNER_BENCH_ROWS names another number.
import { spawnSync } from 'node:child_process';
import { bundled } from '../shared/bundle.mjs';
import { machineLine, markdownTable } from '../shared/processor.mjs';

const [program] = await bundled('editor/check');
const { status, stdout } = spawnSync(process.execPath, [program], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
});
if (status === 0) {
  const { count, rows } = JSON.parse(stdout);
  console.log(machineLine());
  console.log(markdownTable([`${count} rows`, 'wall', 'processor'], rows));
}
process.exitCode = status ?? 1;
