// Speed of classifying rows beside transformers, by turns in one run: same weights, rows, words and threads, nothing
// differentiated. transformers reads rows in batches of like length; words of one token it scores at the last position
// alone, those of several as lm-evaluation-harness does, each behind its prompt.
// usage: npm run build && node test/bench/answers/scoring.mjs [--sizes 7M,135M --words 1,3 --rows 1000 --labels 4
// --opening 30 --rounds 3 --threads 2 --alone]
// PROMPT_TUNER_PYTHON names a Python with torch and transformers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, lastLineOf, root } from '../shared/bundle.mjs';
import { productRate, productsLine } from '../shared/productRate.mjs';
import { chosen, modelOf, numbers, sizes } from '../shared/randomWork.mjs';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '7M,135M' },
    words: { type: 'string', default: '1,3' },
    rows: { type: 'string', default: '1000' },
    labels: { type: 'string', default: '4' },
    opening: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(Math.min(cpus().length, 2)) },
    alone: { type: 'boolean', default: false },
  },
});
const python = process.env.PROMPT_TUNER_PYTHON ?? 'python3';
const peer = join(root, 'test/bench/answers/scoring_peer.py');
const file = join(root, 'out', 'bench', 'scoring.json');

mkdirSync(join(root, 'out', 'bench'), { recursive: true });
const [scoring] = await bundled('answers/scoring');
console.log(productsLine(values.threads, await productRate(values.threads)));
console.log(
  '| model | tokens of a word | rows a second | transformers | times as fast | less processor time | scores |',
);
console.log('|---|---|---|---|---|---|---|');
for (const size of chosen(values.sizes, sizes))
  for (const length of values.words.split(',').map(Number))
    report(size, length, measure(await modelOf(size, python), length));

function measure(model, length) {
  writeFileSync(file, JSON.stringify(workOf(length)));
  return Array.from({ length: Number(values.rounds) }, () => ({
    ours: lastLineOf(process.execPath, [scoring, model.ours, file, values.threads]),
    theirs: values.alone ? undefined : lastLineOf(python, [peer, model.theirs, file, values.threads]),
  }));
}

function report(size, length, rounds) {
  const least = (side, key) => Math.min(...rounds.map((round) => round[side][key]));
  const rate = (side) => (Number(values.rows) / least(side, 'seconds')).toFixed(0);
  if (values.alone) {
    console.log(`| ${[size, length, rate('ours'), '', '', '', ''].join(' | ')} |`);
    return;
  }
  const times = (key) => (least('theirs', key) / least('ours', key)).toFixed(2);
  const [a, b] = [rounds[0].ours.scores.flat(), rounds[0].theirs.scores.flat()];
  const apart = Math.max(...a.map((score, i) => Math.abs(score - b[i])));
  const cells = [
    rate('ours'),
    rate('theirs'),
    times('seconds'),
    times('cpuSeconds'),
    `within ${apart.toExponential(0)}`,
  ];
  console.log(`| ${[size, length, ...cells].join(' | ')} |`);
}

/** Rows of 6 to 54 tokens behind an opening that all share, and words that begin unlike. */
function workOf(length) {
  const random = numbers(12345);
  const ids = (count) => Array.from({ length: count }, () => 10 + random(3000));
  const opening = ids(Number(values.opening));
  return {
    prompts: Array.from({ length: Number(values.rows) }, () => [...opening, ...ids(6 + random(49))]),
    words: Array.from({ length: Number(values.labels) }, (_, label) => [3100 + label, ...ids(length - 1)]),
  };
}
