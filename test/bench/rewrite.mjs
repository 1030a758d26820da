// Searches for a better instruction, ours and peers', each with the same budget of prompts, on six tasks. Results are
// appended to a file, so that a bench that was stopped goes on where it was; a table is written of what there is.
// usage: node test/bench/rewrite.mjs --data FOLDER [--tasks triage,questions,talks,trec,sst2,cr]
//        [--methods strict,fair,free,gradient,grips,ape,random] [--seeds 5] [--budget 12000] [--to out/bench/rewrite]
// FOLDER holds TASK/train.jsonl, dev.jsonl and test.jsonl of trec, sst2 and cr; 500 rows of each are taken.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, root } from './bundle.mjs';
import { rewriteTable } from './rewriteTable.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    tasks: { type: 'string', default: 'triage,questions,talks,trec,sst2,cr' },
    methods: { type: 'string', default: 'strict,fair,free,gradient,grips,ape,random' },
    seeds: { type: 'string', default: '5' },
    budget: { type: 'string', default: '12000' },
    to: { type: 'string', default: join(root, 'out', 'bench', 'rewrite') },
  },
});
const rowsOfSplit = 500;
const longestText = 600;

/** What a person might write first. */
const written = {
  trec: {
    instruction: 'Say what the question asks for: a person, place, number, description, thing or letter.',
    body: 'Question: {{text}}\nThe question asks for a',
    words: {
      person: ' person',
      location: ' place',
      number: ' number',
      description: ' description',
      entity: ' thing',
      abbreviation: ' letter',
    },
  },
  sst2: {
    instruction: 'Say what the writer thinks of the film, good or bad.',
    body: 'Review: {{text}}\nThe film is',
    words: { positive: ' good', negative: ' bad' },
  },
  cr: {
    instruction: 'Say what the writer thinks of the product, good or bad.',
    body: 'Review: {{text}}\nThe product is',
    words: { positive: ' good', negative: ' bad' },
  },
};

mkdirSync(values.to, { recursive: true });
const results = join(values.to, 'results.jsonl');
const [program] = await bundled('rewrite');
const done = existsSync(results)
  ? readFileSync(results, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line))
  : [];
const isDone = (run) =>
  done.some((other) => ['task', 'method', 'seed', 'budget'].every((key) => other[key] === run[key]));
for (let seed = 1; seed <= Number(values.seeds); seed++)
  for (const task of values.tasks.split(','))
    for (const method of values.methods.split(',')) {
      const run = { task, method, seed, budget: Number(values.budget) };
      if (isDone(run)) continue;
      const out = execFileSync(process.execPath, [program, templateOf(task), method, seed, values.budget], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const result = { task, ...JSON.parse(out.trim().split('\n').at(-1)) };
      appendFileSync(results, `${JSON.stringify(result)}\n`);
      done.push(result);
      writeFileSync(join(values.to, 'rewrite.md'), rewriteTable(done));
    }
process.stdout.write(rewriteTable(done));

function templateOf(task) {
  if (!written[task]) return join(root, 'media', 'examples', task, `${task}.prompt`);
  if (!values.data) throw new Error(`--data names the folder of the data sets; ${task} needs it.`);
  const folder = join(values.to, task);
  const file = join(folder, `${task}.prompt`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const rowsOf = (split) =>
    readFileSync(join(resolve(values.data), task, `${split}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const write = (split, rows) =>
    writeFileSync(
      join(folder, `${split}.jsonl`),
      rows.map(({ text, label }) => JSON.stringify({ text: text.slice(0, longestText), label })).join('\n'),
    );
  write('train', spread(rowsOf('train'), rowsOfSplit));
  write('dev', spread(rowsOf('dev'), rowsOfSplit));
  write('test', spread(rowsOf('test'), rowsOfSplit));
  const { instruction, body, words } = written[task];
  writeFileSync(
    file,
    [
      '---',
      'model: builtin',
      'input: { schema: { text: string } }',
      `output: { schema: { "label(enum)": [${Object.keys(words).join(', ')}] } }`,
      'tune.data: { train: train.jsonl, dev: dev.jsonl, test: test.jsonl }',
      `tune.labels: ${JSON.stringify(words)}`,
      '---',
      `{{#instruction}}${instruction}{{/instruction}}`,
      `${body}{{label}}`,
      '',
    ].join('\n'),
  );
  return file;
}

/** So many of the rows, evenly over the file. */
function spread(rows, count) {
  return rows.length <= count
    ? rows
    : Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]);
}
