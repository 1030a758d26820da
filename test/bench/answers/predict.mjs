// Rows a second of `predict` beside transformers, by turns in one run: both read the same file of rows, answer each
// with the embedded model and the same prompt, words and threads, and write a file. Labels of both must be the same.
// usage: npm run build && node test/bench/answers/predict.mjs [--rows 5000 --rounds 3 --threads 2]
// PROMPT_TUNER_PYTHON names a Python with torch, transformers and tokenizers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lastLineOf, root } from '../shared/bundle.mjs';
import { markdownTable } from '../shared/processor.mjs';
import { productRate, productsLine } from '../shared/productRate.mjs';
import { modelOf } from '../shared/randomWork.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(Math.min(cpus().length, 2)) },
  },
});
const python = process.env.PROMPT_TUNER_PYTHON ?? 'python3';
const out = join(root, 'out', 'bench');
const [template, rows, work, ours, theirs] = [
  'predict.prompt',
  'predict-rows.jsonl',
  'predict-work.json',
  'predict-ours.jsonl',
  'predict-theirs.jsonl',
].map((name) => join(out, name));
const before = 'Say what the message is about: money, a fault, the account or the post.\nMessage: ';
const behind = '\nIt is about the';
const words = { billing: ' money', bug: ' fault', account: ' account', delivery: ' post' };

mkdirSync(out, { recursive: true });
writeFileSync(
  template,
  `---
model: builtin
output: { schema: { label(enum): [${Object.keys(words).join(', ')}] } }
tune.labels: ${JSON.stringify(words)}
---
${before}{{text}}${behind}{{label}}
`,
);
const messages = readLines(join(root, 'media', 'examples', 'triage', 'data', 'train.jsonl'));
writeLines(
  rows,
  Array.from({ length: Number(values.rows) }, (_, i) => ({ text: `${messages[i % messages.length].text} (${i})` })),
);
writeFileSync(work, JSON.stringify({ before, behind, words }));

const { theirs: folder } = await modelOf('7M', python);
const rounds = Array.from({ length: Number(values.rounds) }, () => ({ ours: measureOurs(), theirs: measureTheirs() }));
const labels = (file) => readLines(file).map(({ prediction }) => prediction);
const [a, b] = [labels(ours), labels(theirs)];
assert.equal(a.length, Number(values.rows));
const other = a.filter((label, i) => label !== b[i]).length;
const least = (side) => Math.min(...rounds.map((round) => round[side]));
const rate = (side) => (Number(values.rows) / least(side)).toFixed(0);
console.log(productsLine(values.threads, await productRate(values.threads)));
console.log(
  markdownTable(
    ['rows', 'a second', 'transformers', 'times as fast', 'other labels'],
    [[a.length, rate('ours'), rate('theirs'), (least('theirs') / least('ours')).toFixed(2), other]],
  ),
);
if (other > 0) process.exitCode = 1;

/** @returns seconds, without those that the model takes to open */
function measureOurs() {
  const words = ['predict', template, rows, '--to', ours, '--force', '--json'];
  const said = execFileSync(process.execPath, [join(root, 'dist', 'cli.js'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, PROMPT_TUNER_THREADS: values.threads },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1e9,
  });
  return JSON.parse(said.trim().split('\n').at(-1)).seconds;
}

function measureTheirs() {
  rmSync(theirs, { force: true });
  const peer = join(root, 'test', 'bench', 'answers', 'predict_peer.py');
  return lastLineOf(python, [peer, folder, work, rows, theirs, values.threads]).seconds;
}

function readLines(file) {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function writeLines(file, list) {
  writeFileSync(file, list.map((value) => `${JSON.stringify(value)}\n`).join(''));
}
