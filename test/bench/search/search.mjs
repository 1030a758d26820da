// Prompts a second of a search for a better instruction on the embedded model, from the opening of its graphs to the
// chosen text; a row that is read counts once, one that is differentiated three times, as in the search's budget.
// usage: npm run build && node test/bench/search/search.mjs [--tasks triage,questions,talks --readability strict
// --seed 1 --budget 4000 --rounds 3 --threads 2 --beside FILE]
// --beside names `out/bench-search.js` of another version, moved into the same folder: both search by turns, and it is
// said whether they find the same texts.
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundled, lastLineOf } from '../shared/bundle.mjs';
import { markdownTable } from '../shared/processor.mjs';
import { productRate, productsLine } from '../shared/productRate.mjs';
import { templateOf } from '../shared/tasks.mjs';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: 'triage,questions,talks' },
    readability: { type: 'string', default: 'strict' },
    seed: { type: 'string', default: '1' },
    budget: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(Math.min(availableParallelism(), 2)) },
    beside: { type: 'string' },
  },
});
process.env.PROMPT_TUNER_THREADS = values.threads;
const [search] = await bundled('search/search');
const programs = [search, ...(values.beside ? [values.beside] : [])];

console.log(productsLine(values.threads, await productRate(values.threads)));
console.log(markdownTable(['task', 'prompts', 'a second', 'a second of a processor', 'beside', 'texts'], measure()));

function measure() {
  return values.tasks.split(',').map((task) => {
    const args = [templateOf(task, { to: join('out', 'bench') }), values.readability, values.seed, values.budget];
    const rounds = Array.from({ length: Number(values.rounds) }, () =>
      programs.map((program) => lastLineOf(process.execPath, [program, ...args])),
    );
    const least = (side, key) => Math.min(...rounds.map((round) => round[side][key]));
    const [ours, theirs] = rounds[0];
    const rates = ['seconds', 'cpuSeconds'].map((key) => (ours.prompts / least(0, key)).toFixed(0));
    if (!theirs) return [task, ours.prompts, ...rates, '', ''];
    const times = ['seconds', 'cpuSeconds'].map((key) => (least(1, key) / least(0, key)).toFixed(2));
    const same =
      JSON.stringify(ours.front.map(({ text }) => text)) === JSON.stringify(theirs.front.map(({ text }) => text));
    return [task, ours.prompts, ...rates, `${times[0]} (processor time ${times[1]})`, same ? 'the same' : 'OTHERS'];
  });
}
