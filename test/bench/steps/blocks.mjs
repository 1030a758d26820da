// What weights stored in blocks of 4 and 8 bits cost and save: products of a layer's matrices, and whole training
// steps with random weights of 135 M numbers, rounded so, multiplied in blocks or as the same numbers in floats.
// usage: npm run build && node test/bench/steps/blocks.mjs [--threads 2 --steps 3 --storages 8:floats,8:1,4:1
// --products-only]
// A storage is the bits, and the type that the runtime multiplies in: 1 floats, 4 integers of eight bits.
// PROMPT_TUNER_PYTHON names a Python with torch and transformers, which makes the weights once.
import { rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, lastLineOf, root } from '../shared/bundle.mjs';
import { markdownTable } from '../shared/processor.mjs';
import { productRate, productsLine } from '../shared/productRate.mjs';
import { modelOf, numbers } from '../shared/randomWork.mjs';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: String(Math.min(availableParallelism(), 2)) },
    steps: { type: 'string', default: '3' },
    storages: { type: 'string', default: '8:floats,8:1,4:1' },
    'products-only': { type: 'boolean', default: false },
  },
});
/** Rows, inner and outer width: a step's and a few rows of the network of a layer. */
const shapes = [
  [312, 576, 1536],
  [312, 1536, 576],
  [16, 576, 1536],
];

const [products, steps] = await bundled('steps/blockProducts', 'steps/steps');
console.log(productsLine(values.threads, await productRate(values.threads)));
console.log(
  markdownTable(['rows × inner × outer', 'stored', 'processor time', 'error'], shapes.flatMap(measureProducts)),
);
if (!values['products-only']) {
  const model = await modelOf('135M', process.env.PROMPT_TUNER_PYTHON ?? 'python3');
  const measured = values.storages.split(',').map((storage) => ({ storage, ...measureSteps(model, storage) }));
  const [first] = measured;
  const row = ({ storage, cpuSeconds, peakMemoryBytes, losses, gradient }) => [
    storage,
    `${(1000 * cpuSeconds).toFixed(0)} ms`,
    `${(peakMemoryBytes / 2 ** 20).toFixed(0)} MiB`,
    losses[0],
    apart(gradient, first.gradient).toExponential(1),
  ];
  const headings = ['stored', 'processor time of a step', 'memory', 'loss', 'gradient, beside the first'];
  console.log(`\n${markdownTable(headings, measured.map(row))}`);
}

function measureProducts(shape) {
  return lastLineOf(process.execPath, [products, ...shape, values.threads]).map(({ name, cpu, error }) => [
    shape.join(' × '),
    name,
    `${cpu.toFixed(2)} ms`,
    error.toExponential(1),
  ]);
}

function measureSteps({ ours }, storage) {
  const random = numbers(12345);
  const id = () => 10 + random(3000);
  const row = () => ({ ids: Array.from({ length: 39 }, id), answer: id() });
  const batches = [0, 1].map(() => Array.from({ length: 8 }, row));
  const [work, rounded] = ['blocks.json', 'rounded.bin'].map((name) => join(root, 'out', 'bench', name));
  writeFileSync(work, JSON.stringify({ method: 'soft', virtual: 20, batches }));
  const result = lastLineOf(process.execPath, [steps, ours, work, values.threads, values.steps, storage, rounded]);
  rmSync(rounded);
  return result;
}

/** Root mean square of a difference, of that of what it is from. */
function apart(one, other) {
  const squares = (list) => list.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(squares(one.map((value, i) => value - other[i])) / squares(other));
}
