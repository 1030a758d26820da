// Searches for a better instruction, ours and peers', each with the same budget of prompts, on six tasks. Results are
// appended to a file, so that a bench that was stopped goes on where it was; a table is written of what there is.
// usage: node test/bench/rewrite.mjs --data FOLDER [--tasks triage,questions,talks,trec,sst2,cr]
//        [--methods strict,fair,free,gradient,grips,ape,random] [--seeds 5] [--budget 12000] [--to out/bench/rewrite]
// FOLDER holds TASK/train.jsonl, dev.jsonl and test.jsonl of trec, sst2 and cr; 500 rows of each are taken.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, root } from './bundle.mjs';
import { templateOf } from './rewriteTasks.mjs';
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
      const out = execFileSync(process.execPath, [program, templateOf(task, values), method, seed, values.budget], {
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
