// Which learning rate a training ends best with, and what short trials say of each on the way: trainings at fixed rates
// on six tasks, judged on dev alone. Results are appended to a file that is committed, so that a bench that was stopped
// goes on where it was; a table weighs rules of choosing by them.
// usage: node test/bench/quality/rates.mjs --data FOLDER [--tasks triage,questions,talks,trec,sst2,cr] [--methods soft]
//        [--seeds 1,2] [--rates 0.003,0.01] [--set '{}'] [--until 120] [--table]
//        [--results test/bench/results/rates.jsonl]
// FOLDER holds TASK/train.jsonl, dev.jsonl and test.jsonl of trec, sst2 and cr; 500 rows of each are taken. --until
// ends trainings early, at rates that are tried and would not be the best; --table measures nothing.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, lastLineOf, root } from '../shared/bundle.mjs';
import { templateOf } from '../shared/tasks.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    tasks: { type: 'string', default: 'triage,questions,talks,trec,sst2,cr' },
    methods: { type: 'string', default: 'soft' },
    seeds: { type: 'string', default: '1,2' },
    rates: { type: 'string' },
    set: { type: 'string', default: '{}' },
    until: { type: 'string', default: 'Infinity' },
    table: { type: 'boolean', default: false },
    results: { type: 'string', default: join(root, 'test', 'bench', 'results', 'rates.jsonl') },
  },
});

/** What `learningRate: auto` tries, and for networks a rate above. */
const ratesOf = (method) => (method === 'v1' ? [0.0003, 0.001, 0.003, 0.01, 0.03] : [0.003, 0.01, 0.03, 0.1, 0.3]);

const known = () =>
  existsSync(values.results)
    ? readFileSync(values.results, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line))
    : [];
const isSame = (one, other) => ['task', 'method', 'seed', 'rate'].every((key) => one[key] === other[key]);
const [program, rules] = await bundled('quality/rates', 'quality/rateRules');
const to = join(root, 'out', 'bench', 'rates');
for (const seed of values.table ? [] : values.seeds.split(',').map(Number))
  for (const method of values.methods.split(','))
    for (const task of values.tasks.split(','))
      for (const rate of values.rates ? values.rates.split(',').map(Number) : ratesOf(method)) {
        if (known().some((other) => isSame(other, { task, method, seed, rate }))) continue;
        const file = templateOf(task, { data: values.data, to });
        const result = lastLineOf(process.execPath, [
          program,
          file,
          method,
          String(seed),
          String(rate),
          values.set,
          values.until,
        ]);
        appendFileSync(values.results, `${JSON.stringify({ task, method, ...result })}\n`);
      }
execFileSync(process.execPath, [rules, values.results], { stdio: 'inherit' });
