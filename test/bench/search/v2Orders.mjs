// v2 as a whole beside v1: the instruction's text searched before its vectors are trained, between, by turns or not at
// all, on seven tasks. Results are appended to a file that is committed, so that a bench that was stopped goes on where
// it was; a table is written of what there is.
// usage: node test/bench/search/v2Orders.mjs --data FOLDER [--tasks triage,questions,talks,trec,sst2,fortunes,cr]
//        [--orders v1,no-search,text-first,vectors-first,alternate] [--seeds 1,2,3] [--set '{"tune.steps":300}']
//        [--results test/bench/results/v2Orders.jsonl] [--name ''] [--table] [--edition N] [--numbers N]
// FOLDER holds TASK/train.jsonl, dev.jsonl and test.jsonl of trec, sst2 and cr; 500 rows of each are taken. The task
// `fortunes` reads what Debian's package of that name installs. --name keeps results with other settings apart; --table
// measures nothing. Texts that another edition of the search has found, and trainings of another edition of the
// numbers, stay in the file and count for nothing; --edition and --numbers give the table of one.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, root } from '../shared/bundle.mjs';
import { editionOf } from './rewriteEdition.mjs';
import { searchedTasks, templateOf } from '../shared/tasks.mjs';

/** Of the search that a training has by default. */
const searchEdition = editionOf('strict');

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    tasks: { type: 'string', default: searchedTasks.join() },
    orders: { type: 'string', default: 'v1,no-search,text-first,vectors-first,alternate' },
    seeds: { type: 'string', default: '1,2,3' },
    set: { type: 'string', default: '{}' },
    name: { type: 'string', default: '' },
    results: { type: 'string', default: join(root, 'test', 'bench', 'results', 'v2Orders.jsonl') },
    edition: { type: 'string', default: String(searchEdition) },
    numbers: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});

/** Read anew each time, since several may add to it. */
const resultsNow = () =>
  existsSync(values.results)
    ? readFileSync(values.results, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line))
    : [];
const isSame = (one, other) => ['task', 'order', 'seed'].every((key) => one[key] === other[key]);
const [program, report, editions] = await bundled('search/v2Orders', 'search/v2OrdersReport', 'search/v2OrdersEdition');
const numbersEdition = Number(execFileSync(process.execPath, [editions], { encoding: 'utf8' }));
/** A text that another search has found says nothing of this one, nor does a training at rates found otherwise. */
const isCurrent = ({ spent, edition, searchEdition: found }) =>
  edition === numbersEdition && (spent === 0 || found === searchEdition);
if (!values.table) {
  mkdirSync(dirname(values.results), { recursive: true });
  const to = join(root, 'out', 'bench', 'v2Orders');
  for (const seed of values.seeds.split(',').map(Number))
    for (const task of values.tasks.split(','))
      for (const order of values.orders.split(',')) {
        const name = values.name && order !== 'v1' ? `${order} ${values.name}` : order;
        if (resultsNow().some((other) => isCurrent(other) && isSame(other, { task, order: name, seed }))) continue;
        const file = templateOf(task, { data: values.data, to });
        const out = execFileSync(process.execPath, [program, file, order, seed, values.set], {
          cwd: root,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const result = { task, ...JSON.parse(out.trim().split('\n').at(-1)), order: name, searchEdition };
        appendFileSync(values.results, `${JSON.stringify(result)}\n`);
      }
}
const shown = [values.edition, values.numbers ?? numbersEdition];
execFileSync(process.execPath, [report, values.results, ...shown], { stdio: 'inherit' });
