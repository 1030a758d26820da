// Memory and time of a training step with and without tune.checkpointing, over lengths of the prompt, each in a process
// of its own.
// usage: node test/bench/steps/checkpointing.mjs [--model builtin --batch 8 --lengths 128,256,512 --threads 2]
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { bundled, root } from '../shared/bundle.mjs';
import { markdownTable } from '../shared/processor.mjs';
import { productRate, productsLine } from '../shared/productRate.mjs';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'builtin' },
    batch: { type: 'string', default: '8' },
    lengths: { type: 'string', default: '128,256,512' },
    threads: { type: 'string', default: String(Math.min(cpus().length, 2)) },
  },
});
const [program] = await bundled('steps/checkpointing');

const step = (length, checkpointing) =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [program, values.model, values.batch, length, values.threads, String(checkpointing)],
      { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  );
console.log(productsLine(values.threads, await productRate(values.threads)));
const headings = ['tokens', 'held', 'computed again', 'less memory', 'the time', 'numbers'];
console.log(markdownTable(headings, values.lengths.split(',').map(row)));

function row(length) {
  const [held, again] = [step(length, false), step(length, true)];
  const side = ({ megabytes, seconds }) => `${megabytes.toFixed(0)} MB, ${seconds.toFixed(2)} s`;
  return [
    `${values.batch} × ${length}`,
    side(held),
    side(again),
    `${(held.megabytes / again.megabytes).toFixed(1)} ×`,
    `${(again.seconds / held.seconds).toFixed(2)} ×`,
    held.digest === again.digest ? 'the same bits' : 'OTHER',
  ];
}
