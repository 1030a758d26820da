// Speed of writing answers beside transformers' generate, in one run: the same weights, prompts and threads, the same
// tokens.
// usage: npm run build && node test/bench/answers/decoding.mjs [--rounds 3 --threads 2 --rows 200 --large --opening 40
// --llama FOLDER]
// With `--constraint` answers are written by turns freely and held to a schema, and no Python is asked but for
// `--large`.
// PROMPT_TUNER_PYTHON names a Python with torch and transformers. `--large` measures random weights in the shape of
// SmolLM2-135M instead of the embedded model; `--opening` lets all prompts begin with so many tokens; `--llama` names a
// folder with node-llama-cpp in its node_modules, and lets llama.cpp write the same beside (that Python needs gguf).
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
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
    threads: { type: 'string', default: String(Math.min(cpus().length, 2)) },
    rows: { type: 'string', default: '200' },
    prompt: { type: 'string', default: '100' },
    answer: { type: 'string', default: '40' },
    opening: { type: 'string', default: '0' },
    large: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
    constraint: { type: 'boolean', default: false },
    llama: { type: 'string' },
  },
});
const python = process.env.PROMPT_TUNER_PYTHON ?? 'python3';
const answers = join(root, 'test', 'bench', 'answers');
const [peer, llama] = ['decoding_peer.py', 'decoding_llama.mjs'].map((name) => join(answers, name));
const embedded = join(root, 'media', 'models', 'prompt-tuner-base');

mkdirSync(out, { recursive: true });
const machine = productsLine(values.threads, await productRate(values.threads));
const [constraint, decoding, weights] = await bundled('answers/constraint', 'answers/decoding', 'shared/weights');

const folder = join(out, values.large ? 'smollm2-135m-random' : 'embedded');
mkdirSync(folder, { recursive: true });
if (!existsSync(join(folder, 'model.safetensors'))) {
  if (values.large)
    execFileSync(python, [join(root, 'test/bench/shared/random_model.py'), '135M', folder], { stdio: 'inherit' });
  else execFileSync(process.execPath, [weights, embedded, folder]);
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) cpSync(join(embedded, file), join(folder, file));
}

const work = join(out, 'decoding.json');
const [rows, length, opening, answer] = [values.rows, values.prompt, values.opening, values.answer].map(Number);
writeFileSync(work, JSON.stringify({ answer, prompts: promptsOf(rows, length, opening) }));
if (values.constraint) {
  const words = [values.large ? folder : 'builtin', work, values.threads, values.rounds];
  const printed = execFileSync(process.execPath, [constraint, ...words], {
    encoding: 'utf8',
  });
  const lines = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const held = lines.map(({ kind, start, shares }) => [kind, shares.map(percent).join(', '), `${start.toFixed(0)} ms`]);
  console.log(machine);
  console.log(markdownTable(['answers', 'more processor time of a token where it is held', 'ready after'], held));
  process.exit();
}
const gguf = join(folder, 'model.gguf');
if (values.llama && !existsSync(gguf)) execFileSync(python, [join(answers, 'decoding_gguf.py'), folder, gguf]);
const peers = {
  ...(!values.alone && { transformers: () => lastLineOf(python, [peer, folder, work, values.threads]) }),
  ...(values.llama && {
    'llama.cpp': () => lastLineOf(process.execPath, [llama, values.llama, gguf, work, values.threads]),
  }),
};
const rounds = Array.from({ length: Number(values.rounds) }, () => ({
  ours: lastLineOf(process.execPath, [decoding, values.large ? folder : 'builtin', work, values.threads]),
  ...Object.fromEntries(Object.entries(peers).map(([name, written]) => [name, written()])),
}));
console.log(machine);
console.log(`${rows} rows of ${length} + ${answer} tokens, ${opening} shared, ${rounds.length} rounds\n`);
console.log(
  markdownTable(
    [
      '',
      'the fastest',
      'tokens a second',
      'processor time',
      'times as fast as it',
      'times less processor time',
      'same',
    ],
    ['ours', ...Object.keys(peers)].map(row),
  ),
);

/** The fastest of a side's rounds, and the middle of what it took beside ours in the same round. */
function row(name) {
  const least = (key) => Math.min(...rounds.map((round) => round[name][key]));
  const written = rounds[0][name].tokens.flat().length;
  const own = [
    name,
    `${least('seconds').toFixed(2)} s`,
    Math.round(written / least('seconds')),
    `${least('cpuSeconds').toFixed(2)} s`,
  ];
  return name === 'ours'
    ? [...own, '', '', '']
    : [...own, beside(name, 'seconds'), beside(name, 'cpuSeconds'), same(name)];
}

function beside(name, key) {
  const ratios = rounds.map((round) => round[name][key] / round.ours[key]);
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  return `${median(ratios).toFixed(2)} (${low} to ${high})`;
}

/** The share of the rows that have the same tokens: near ties may fall either way. */
function same(name) {
  const [{ ours, [name]: theirs }] = rounds;
  const alike = ours.tokens.filter((tokens, i) => tokens.join() === theirs.tokens[i].join());
  return `${((100 * alike.length) / ours.tokens.length).toFixed(0)} %`;
}

function promptsOf(count, tokens, shared) {
  let state = 12345;
  const next = () => 10 + (((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % 3000);
  const front = Array.from({ length: shared }, next);
  return Array.from({ length: count }, () => [...front, ...Array.from({ length: tokens - shared }, next)]);
}
