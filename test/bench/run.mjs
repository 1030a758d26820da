// Speed and memory of a training step beside PEFT's, in one run: the same weights, batches, lengths, optimizer and threads.
// usage: npm run bench [-- --rounds 3 --seconds 10 --threads 2]   PROMPT_TUNER_PYTHON names a Python with torch, transformers and peft.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const shared = join(root, '..', 'shared');
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    threads: { type: 'string', default: String(Math.min(cpus().length, 2)) },
  },
});

const cases = [
  {
    name: 'embedded model, triage example, label objective',
    model: 'builtin',
    weights: join(shared, 'base-model'),
    objective: 'label',
  },
  {
    name: 'stories260k, triage example, token objective',
    model: join(shared, 'models', 'stories260k'),
    weights: join(shared, 'models', 'stories260k'),
    objective: 'token',
  },
];

const python = findPython();
mkdirSync(join(root, 'out', 'bench'), { recursive: true });
await build({
  entryPoints: [join(root, 'test/bench/speed.ts')],
  outfile: join(root, 'out', 'bench.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['onnxruntime-node'],
  logLevel: 'warning',
});

for (const { name, model, weights, objective } of cases) {
  if (!existsSync(weights)) {
    console.log(`${name}: skipped, ${weights} is not there`);
    continue;
  }
  const batches = join(root, 'out', 'bench', 'batches.json');
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const ours = run(process.execPath, [
      join(root, 'out', 'bench.js'),
      'media/examples/triage/triage.prompt',
      model,
      objective,
      batches,
      values.threads,
      values.seconds,
    ]);
    const peft =
      python && run(python, [join(root, 'test/bench/peft_speed.py'), weights, batches, values.threads, values.seconds]);
    rounds.push({ ours, peft });
  }
  report(name, rounds);
}

function run(command, args) {
  return JSON.parse(
    execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
      .trim()
      .split('\n')
      .at(-1),
  );
}

function report(name, rounds) {
  const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const megabytes = (side) => `${Math.round(median(side.map((round) => round.peakMemoryBytes)) / 2 ** 20)} MiB`;
  const ours = rounds.map((round) => round.ours);
  console.log(`${name} (${values.threads} threads, ${rounds.length} rounds)`);
  console.log(
    `  Prompt Tuner  ${median(ours.map((round) => round.examplesPerSecond)).toFixed(1)} examples/s, peak memory ${megabytes(ours)}`,
  );
  if (!python) return;
  const peft = rounds.map((round) => round.peft);
  const ratios = rounds.map((round) => round.ours.examplesPerSecond / round.peft.examplesPerSecond);
  console.log(
    `  PEFT          ${median(peft.map((round) => round.examplesPerSecond)).toFixed(1)} examples/s, peak memory ${megabytes(peft)}`,
  );
  console.log(
    `  speed ratio   ${median(ratios).toFixed(2)} (from ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  );
}

function findPython() {
  const candidates = [process.env.PROMPT_TUNER_PYTHON, 'python3'].filter(Boolean);
  const found = candidates.find(
    (candidate) => spawnSync(candidate, ['-c', 'import peft, transformers, torch'], { stdio: 'ignore' }).status === 0,
  );
  if (!found)
    console.log('PEFT is not measured: no Python with torch, transformers and peft (set PROMPT_TUNER_PYTHON).');
  return found;
}
