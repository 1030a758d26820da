// Memory and time of a training step with and without tune.checkpointing, over lengths of the prompt, each in a process
// of its own.
// usage: node test/bench/steps/checkpointing.mjs [--model builtin --batch 8 --lengths 128,256,512 --threads 2]
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { bundled, root } from '../shared/bundle.mjs';

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
for (const length of values.lengths.split(',')) {
  const [held, again] = [step(length, false), step(length, true)];
  const side = ({ megabytes, seconds }) => `${megabytes.toFixed(0)} MB, ${seconds.toFixed(2)} s`;
  const less = (held.megabytes / again.megabytes).toFixed(1);
  const longer = (again.seconds / held.seconds).toFixed(2);
  console.log(
    `${values.batch} × ${length} tokens: held ${side(held)}; checkpointed ${side(again)} ` +
      `(${less}× less memory, ${longer}× the time); ` +
      (held.digest === again.digest ? 'the same bits' : 'OTHER NUMBERS'),
  );
}
