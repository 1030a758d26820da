// Searches for a better instruction, ours and peers', each with the same budget of prompts, on seven tasks. Results are
// appended to a file that is kept with the sources, so that whoever runs it next goes on where it was; a table is
// printed of what there is. Those of another edition of the search stay in the file and count for nothing.
// usage: node test/bench/search/rewrite.mjs --data FOLDER [--tasks triage,questions,talks,trec,sst2,fortunes,cr]
//        [--methods strict,fair,free,gradient,grips,ape,random] [--seeds 5] [--budget 12000] [--jobs 1] [--table]
//        [--to out/bench/rewrite] [--results test/bench/results/rewrite.jsonl]
// FOLDER holds TASK/train.jsonl, dev.jsonl and test.jsonl of trec, sst2 and cr; 500 rows of each are taken. The task
// `fortunes` reads what Debian's package of that name installs. --table only prints the table.
import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { bundled, root } from '../shared/bundle.mjs';
import { editionOf } from './rewriteEdition.mjs';
import { searchedTasks, templateOf } from '../shared/tasks.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    tasks: { type: 'string', default: searchedTasks.join() },
    methods: { type: 'string', default: 'strict,fair,free,gradient,grips,ape,random' },
    seeds: { type: 'string', default: '5' },
    budget: { type: 'string', default: '12000' },
    jobs: { type: 'string', default: '1' },
    table: { type: 'boolean', default: false },
    to: { type: 'string', default: join(root, 'out', 'bench', 'rewrite') },
    results: { type: 'string', default: join(root, 'test', 'bench', 'results', 'rewrite.jsonl') },
  },
});

mkdirSync(values.to, { recursive: true });
mkdirSync(dirname(values.results), { recursive: true });
const done = existsSync(values.results)
  ? readFileSync(values.results, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line))
      .filter((result) => result.edition === editionOf(result.method))
  : [];
const [program, report] = await bundled('search/rewrite', 'search/rewriteReport');
if (!values.table) await measure();
execFileSync(process.execPath, [report], {
  input: [...done]
    .sort((one, other) => placeOf(one) - placeOf(other))
    .map((result) => JSON.stringify(result))
    .join('\n'),
  stdio: ['pipe', 'inherit', 'inherit'],
});

/** Where a result stands in the table: its task and method as they are listed. */
function placeOf({ task, method }) {
  const [tasks, methods] = [values.tasks.split(','), values.methods.split(',')];
  return tasks.indexOf(task) * methods.length + methods.indexOf(method);
}

async function measure() {
  const keys = ['task', 'method', 'seed', 'budget'];
  const open = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1)
    .flatMap((seed) => values.methods.split(',').map((method) => ({ seed, method })))
    .flatMap((run) => values.tasks.split(',').map((task) => ({ task, ...run, budget: Number(values.budget) })))
    .filter((run) => !done.some((other) => keys.every((key) => other[key] === run[key])));
  const work = async () => {
    for (let run = open.shift(); run; run = open.shift()) {
      const { task, method, seed, budget } = run;
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [program, templateOf(task, values), method, seed, budget],
        { cwd: root, encoding: 'utf8', maxBuffer: 1e9 },
      );
      process.stderr.write(stderr);
      const result = { edition: editionOf(method), task, ...JSON.parse(stdout.trim().split('\n').at(-1)) };
      appendFileSync(values.results, `${JSON.stringify(result)}\n`);
      done.push(result);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
}
