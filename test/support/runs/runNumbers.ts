import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPredictions } from '../../../src/runs/store/files/predictionsFile';
import { readRun } from '../../../src/runs/store/runFolder';

/** What depends on the clock and on the machine's load; every other number must be the same. */
const passing = new Set([
  'examplesPerSecond',
  'memoryBytes',
  'seconds',
  'secondsPerRow',
  'peakMemoryBytes',
  'tokensPerSecond',
  'run',
]);

function lasting(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !passing.has(name)));
}

/**
 * All that a run came to: result, learning rate, every metric of every step, each prediction and the adapter, byte for
 * byte.
 */
export async function numbersOf(run: string): Promise<object> {
  const {
    result,
    best,
    learningRate,
    status,
    progress: { step },
  } = await readRun(run);
  const metrics = (await readFile(join(run, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => lasting(JSON.parse(line) as object));
  // Where the file lies is no number, and which bytes it has is.
  const measured = lasting({ ...result, provenance: result?.provenance && { ...result.provenance, path: '' } });
  const adapter = await readFile(join(run, 'adapter', 'adapter_model.safetensors'), 'base64').catch(() => undefined);
  return {
    status,
    step,
    best,
    learningRate,
    measured,
    metrics,
    adapter,
    predictions: (await readPredictions(run)).map(lasting),
  };
}
