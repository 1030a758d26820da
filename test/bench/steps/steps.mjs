// Speed and memory of training steps beside PEFT's, by turns in one run: the same random weights, rows, lengths and
// threads; the fastest repetition of each counts. Prints a table in Markdown, with the processor's name and the rate
// of its products of matrices beside it.
// usage: npm run build && node test/bench/steps/steps.mjs [--sizes 7M,135M,360M --works soft-20+40 --rounds 5 --steps 4
// --threads 2 --alone]
// PROMPT_TUNER_PYTHON names a Python with torch, transformers and peft.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, lastLineOf, root } from '../shared/bundle.mjs';
import { productRate, productsLine } from '../shared/productRate.mjs';
import { chosen, modelOf, numbers, sizes } from '../shared/randomWork.mjs';

const out = join(root, 'out', 'bench');
const works = {
  'soft-20+40': { method: 'soft', virtual: 20, rows: 8, lengths: () => 40 },
  'soft-100+40': { method: 'soft', virtual: 100, rows: 8, lengths: () => 40 },
  'soft-20+6..54': { method: 'soft', virtual: 20, rows: 16, lengths: (random) => 6 + random(49) },
  'v2-20+40': { method: 'v2', virtual: 20, rows: 8, lengths: () => 40 },
  'v2-100+40': { method: 'v2', virtual: 100, rows: 8, lengths: () => 40 },
  'v2-20+6..54': { method: 'v2', virtual: 20, rows: 16, lengths: (random) => 6 + random(49) },
};
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '7M,135M' },
    works: { type: 'string', default: Object.keys(works).join(',') },
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '4' },
    threads: { type: 'string', default: String(Math.min(cpus().length, 2)) },
    alone: { type: 'boolean', default: false },
  },
});
const python = process.env.PROMPT_TUNER_PYTHON ?? 'python3';
const peer = join(root, 'test/bench/steps/steps_peer.py');

mkdirSync(out, { recursive: true });
const [steps] = await bundled('steps/steps');

const rate = await productRate(values.threads);
console.log(productsLine(values.threads, rate));
console.log('| model | work | a step | PEFT | times as fast | memory | of PEFT | share of products | losses |');
console.log('|---|---|---|---|---|---|---|---|---|');
for (const size of chosen(values.sizes, sizes))
  for (const name of chosen(values.works, Object.keys(works)))
    report(size, name, measure(await modelOf(size, python), works[name]));

function measure(model, work) {
  const file = join(out, 'steps.json');
  writeFileSync(file, JSON.stringify(rowsOf(work)));
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const args = [file, values.threads, values.steps];
    rounds.push({
      ours: lastLineOf(process.execPath, [steps, model.ours, ...args]),
      theirs: values.alone ? undefined : lastLineOf(python, [peer, model.theirs, ...args]),
    });
  }
  return rounds;
}

function report(size, name, rounds) {
  const fastest = (side) => Math.min(...rounds.flatMap((round) => round[side].seconds));
  const memory = (side) => Math.min(...rounds.map((round) => round[side].peakMemoryBytes)) / 2 ** 20;
  const ours = fastest('ours');
  const share = rounds[0].ours.productFlops / 1e9 / ours / rate;
  const own = [`${(1000 * ours).toFixed(0)} ms`, `${memory('ours').toFixed(0)} MiB`, `${(100 * share).toFixed(0)} %`];
  if (values.alone) {
    console.log(`| ${[size, name, own[0], '', '', own[1], '', own[2], ''].join(' | ')} |`);
    return;
  }
  const theirs = fastest('theirs');
  const [a, b] = [rounds[0].ours.losses, rounds[0].theirs.losses];
  const apart = Math.max(...a.map((loss, i) => Math.abs(loss - b[i]) / b[i]));
  const beside = [
    `${(1000 * theirs).toFixed(0)} ms`,
    (theirs / ours).toFixed(2),
    (memory('ours') / memory('theirs')).toFixed(2),
    `within ${apart.toExponential(0)}`,
  ];
  console.log(`| ${[size, name, own[0], beside[0], beside[1], own[1], beside[2], own[2], beside[3]].join(' | ')} |`);
}

/** The same rows each time: ids of a linear congruential generator. */
function rowsOf({ method, virtual, rows, lengths }) {
  const random = numbers(12345);
  const id = () => 10 + random(3000);
  const row = () => ({ ids: Array.from({ length: lengths(random) - 1 }, id), answer: id() });
  return { method, virtual, batches: [0, 1].map(() => Array.from({ length: rows }, row)) };
}
