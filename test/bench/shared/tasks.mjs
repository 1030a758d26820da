// The tasks that instructions are searched on.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './bundle.mjs';
import { readFortunes } from './fortunes.mjs';

/** Three of the examples, three of public data, and one of a Debian package. */
export const searchedTasks = ['triage', 'questions', 'talks', 'trec', 'sst2', 'fortunes', 'cr'];

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
  fortunes: {
    instruction: 'Say what the saying is about: food, love, the law, school or work.',
    body: 'Saying: {{text}}\nThe saying is about',
    words: { food: ' food', love: ' love', law: ' law', education: ' school', work: ' work' },
    rows: readFortunes,
  },
};

/**
 * The template of a task: one of the examples, or one written to a folder with rows of public data or of a package.
 * @param data the folder of trec, sst2 and cr
 * @param to where templates are written
 */
export function templateOf(task, { data, to }) {
  if (!written[task]) return join(root, 'media', 'examples', task, `${task}.prompt`);
  const { instruction, body, words, rows = () => readData(task, data) } = written[task];
  const folder = join(to, task);
  const file = join(folder, `${task}.prompt`);
  if (existsSync(file)) return file;
  const splits = rows();
  mkdirSync(folder, { recursive: true });
  for (const [split, all] of Object.entries(splits))
    writeFileSync(
      join(folder, `${split}.jsonl`),
      spread(all, rowsOfSplit)
        .map(({ text, label }) => JSON.stringify({ text: text.slice(0, longestText), label }))
        .join('\n'),
    );
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

function readData(task, data) {
  if (!data) throw new Error(`--data names the folder of the data sets; ${task} needs it.`);
  const rowsOf = (split) =>
    readFileSync(join(resolve(data), task, `${split}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { train: rowsOf('train'), dev: rowsOf('dev'), test: rowsOf('test') };
}

/** So many of the rows, evenly over the file. */
function spread(rows, count) {
  return rows.length <= count
    ? rows
    : Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]);
}
