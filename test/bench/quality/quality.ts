import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openModel } from '../../../src/model/openModel';
import { evaluate } from '../../../src/scoring/evaluate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import type { Method } from '../../../src/template/settings/settings';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { prepareTask, type Task } from '../../../src/objective/task';
import { closeTask } from '../../../src/objective/rows/splits';
import { train, type TrainedPrompt } from '../../../src/tuning/train';

/**
 * Our side of the quality comparison, in the conditions of the PEFT baseline: the same prompt text, label words, rows,
 * steps, batch, schedule and learning-rate sweep by dev accuracy; then the mean test accuracy over seeds 1, 2, …
 * usage: quality.js DATA_FOLDER TASK ROWS_FILE OUT_FOLDER METHODS STEPS SEEDS SET RATES; ROWS_FILE holds the numbers of
 * the training rows, SET settings that outrank those of the comparison, both as JSON; RATES replaces the rates swept
 * over
 */
const tasks: Readonly<
  Record<string, { readonly before: string; readonly after: string; readonly words: Readonly<Record<string, string>> }>
> = {
  trec: {
    before: 'Question: ',
    after: '\nThe question asks for a',
    words: {
      person: ' person',
      location: ' place',
      number: ' number',
      description: ' description',
      entity: ' thing',
      abbreviation: ' letter',
    },
  },
  sst2: { before: 'Review: ', after: '\nThe film is', words: { positive: ' good', negative: ' bad' } },
  cr: { before: 'Review: ', after: '\nThe product is', words: { positive: ' good', negative: ' bad' } },
};

/** The rates each method of the baseline is swept over. */
const rates: Readonly<Record<string, readonly number[]>> = {
  soft: [0.003, 0.01, 0.03, 0.1, 0.3],
  v1: [0.0003, 0.001, 0.003, 0.01],
  v2: [0.003, 0.01, 0.03, 0.1],
};

const shared = {
  'tune.batchSize': 16,
  'tune.evalEvery': 100,
  'tune.warmup': 20,
  'tune.schedule': 'linear',
  'tune.clip': 1,
  'tune.weightDecay': 0.01,
  'tune.length': 20,
};
const own: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  soft: { 'tune.init': 'vocabulary' },
  v1: { 'tune.encoder': 'lstm', 'tune.init': 'vocabulary' },
  v2: { 'tune.instruction': 'embeddings', 'tune.init': 'vocabulary', 'tune.dropout': 0 },
};

interface Row {
  readonly text: string;
  readonly label: string;
}

async function main([data, name, rowsFile, out, methods, steps, seeds, set, only]: readonly string[]): Promise<void> {
  const file = writeWorkspace({ data: data!, name: name!, rowsFile: rowsFile!, out: out! });
  const overriding = JSON.parse(set ?? '{}') as Readonly<Record<string, unknown>>;
  const template = await loadTemplate(file);
  const model = await openModel('builtin', process.cwd());
  const withTask = async <T>(
    method: Method,
    set: Readonly<Record<string, unknown>>,
    work: (task: Task) => Promise<T>,
  ): Promise<T> => {
    const task = await prepareTask(template, resolveSettings(template, method, set), model);
    return work(task).finally(() => closeTask(task));
  };
  const hard = await withTask('hard', {}, (task) => evaluate(task, model, undefined, { split: 'test' }));
  say({ task: name, rows: hard.n, majority: hard.majority?.accuracy, hard: hard.accuracy });
  for (const method of methods!.split(',') as Method[]) {
    const fit = <T>(
      rate: number,
      seed: number,
      judge: (trained: TrainedPrompt, task: Task) => T | Promise<T>,
    ): Promise<T> =>
      withTask(
        method,
        {
          ...shared,
          ...own[method],
          'tune.steps': Number(steps),
          'tune.learningRate': rate,
          'tune.seed': seed,
          ...overriding,
        },
        async (task) => {
          const training = train(task, model);
          for (;;) {
            const next = await training.next();
            if (next.done) return judge(next.value, task);
          }
        },
      );
    const onDev = (trained: TrainedPrompt): number => trained.best!.accuracy;
    const onTest = async ({ prompt }: TrainedPrompt, task: Task): Promise<number> =>
      (await evaluate(task, model, prompt, { split: 'test' })).accuracy;
    const began = performance.now();
    const sweep: Record<string, number> = {};
    for (const rate of only ? only.split(',').map(Number) : rates[method]!) sweep[rate] = await fit(rate, 0, onDev);
    const rate = Number(Object.keys(sweep).reduce((best, next) => (sweep[next]! > sweep[best]! ? next : best)));
    const test: number[] = [];
    for (let seed = 1; seed <= Number(seeds); seed++) test.push(await fit(rate, seed, onTest));
    say({
      method,
      rate,
      sweepDev: sweep,
      test,
      mean: test.reduce((sum, value) => sum + value, 0) / test.length,
      seconds: (performance.now() - began) / 1000,
    });
  }
}

const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** A folder with the template and the rows that the baseline takes, texts cut where it cuts them. */
function writeWorkspace({
  data,
  name,
  rowsFile,
  out,
}: {
  readonly data: string;
  readonly name: string;
  readonly rowsFile: string;
  readonly out: string;
}): string {
  const { before, after, words } = tasks[name]!;
  const folder = resolve(out, name);
  mkdirSync(folder, { recursive: true });
  const read = (split: string): Row[] =>
    readFileSync(join(data, name, `${split}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
  const write = (split: string, rows: readonly Row[]): void =>
    writeFileSync(
      join(folder, `${split}.jsonl`),
      rows.map(({ text, label }) => JSON.stringify({ text: text.slice(0, 600), label })).join('\n'),
    );
  const train = read('train');
  write(
    'train',
    (JSON.parse(readFileSync(rowsFile, 'utf8')) as number[]).map((row) => train[row]!),
  );
  write('dev', read('dev').slice(0, 500));
  write('test', read('test'));
  const labels = Object.keys(words).sort();
  writeFileSync(
    join(folder, `${name}.prompt`),
    [
      '---',
      'model: builtin',
      'input: { schema: { text: string } }',
      `output: { schema: { "label(enum)": [${labels.join(', ')}] } }`,
      'tune.data: { train: train.jsonl, dev: dev.jsonl, test: test.jsonl }',
      `tune.labels: ${JSON.stringify(words)}`,
      '---',
      `${before}{{text}}${after}{{label}}`,
      '',
    ].join('\n'),
  );
  return join(folder, `${name}.prompt`);
}

void main(process.argv.slice(2));
