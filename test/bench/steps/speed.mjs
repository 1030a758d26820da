// Speed and memory of a training step beside PEFT's, in one run: the same weights, batches, lengths, optimizer and
// threads.
// usage: npm run bench [-- --rounds 3 --seconds 10 --threads 2]   PROMPT_TUNER_PYTHON names a Python with torch,
// transformers and peft.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, lastLineOf, root } from '../shared/bundle.mjs';
import { median } from '../shared/median.mjs';
import { markdownTable } from '../shared/processor.mjs';
import { productRate, productsLine } from '../shared/productRate.mjs';

const out = join(root, 'out', 'bench');
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
    export: join(root, 'media', 'models', 'prompt-tuner-base'),
    weights: join(out, 'embedded'),
    objective: 'label',
  },
  {
    name: 'stories260k, triage example, token objective',
    model: join(out, 'stories260k'),
    export: join(out, 'stories260k'),
    weights: join(out, 'stories260k-weights'),
    objective: 'token',
  },
];

const python = findPython();
const rows = [];
const reference = join(root, 'test', 'models', 'reference');
cpSync(join(reference, 'stories260k'), join(out, 'stories260k'), { recursive: true });
for (const file of ['tokenizer.json', 'tokenizer_config.json'])
  cpSync(join(reference, file), join(out, 'stories260k', file));
const [speed, asFolder] = await bundled('steps/speed', 'shared/weights');

for (const { name, model, export: exported, weights, objective } of cases) {
  mkdirSync(weights, { recursive: true });
  execFileSync(process.execPath, [asFolder, exported, weights]);
  const batches = join(out, 'batches.json');
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const ours = lastLineOf(process.execPath, [
      speed,
      'media/examples/triage/triage.prompt',
      model,
      objective,
      batches,
      values.threads,
      values.seconds,
    ]);
    const peft =
      python &&
      lastLineOf(python, [
        join(root, 'test/bench/steps/speed_peer.py'),
        weights,
        batches,
        values.threads,
        values.seconds,
      ]);
    rounds.push({ ours, peft });
  }
  rows.push(rowOf(name, rounds));
}
console.log(productsLine(values.threads, await productRate(values.threads)));
const headings = ['work', 'examples a second', 'memory', 'PEFT', 'its memory', 'times as fast'];
console.log(markdownTable(headings, rows));

function rowOf(name, rounds) {
  const megabytes = (side) => `${Math.round(median(side.map((round) => round.peakMemoryBytes)) / 2 ** 20)} MiB`;
  const speed = (side) => median(side.map((round) => round.examplesPerSecond)).toFixed(1);
  const ours = rounds.map((round) => round.ours);
  const own = [name, speed(ours), megabytes(ours)];
  if (!python) return [...own, '', '', ''];
  const peft = rounds.map((round) => round.peft);
  const ratios = rounds.map((round) => round.ours.examplesPerSecond / round.peft.examplesPerSecond);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  return [...own, speed(peft), megabytes(peft), `${median(ratios).toFixed(2)} (${least} to ${most})`];
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
