import { followTraining } from '../../../src/runs/work/trainingProgress';
import { startRun } from '../../../src/runs/work/liveRun';
import { readCheckpoint } from '../../../src/runs/store/files/checkpointFolder';
import { truncateMetrics } from '../../../src/runs/store/files/metrics';
import { readRun } from '../../../src/runs/store/runFolder';
import { serveQueue } from '../../../src/runs/queue/serveQueue';
import type { Settings } from '../../../src/template/settings/settings';
import type { TrainEvent, TrainedPrompt } from '../../../src/tuning/train';

/**
 * A trainer that keeps its runs exactly as the real one does, and trains nothing: its numbers follow from its state, as
 * a training's do. It is up in a fraction of the time that a model needs, so that it can be killed hundreds of times.
 */
const steps = 40;
const wait = () => new Promise((resolve) => setTimeout(resolve, 2));

/** What is learnt: each step makes the next number of a logistic map, which nothing but the number before tells. */
async function* count(from: {
  readonly step: number;
  readonly value: number;
}): AsyncGenerator<TrainEvent, TrainedPrompt> {
  let { step, value } = from;
  while (step < steps) {
    await wait();
    step++;
    value = Math.fround(3.9 * value * (1 - value));
    yield { kind: 'step', step, steps, loss: value, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 1 };
    if (step % 3 === 0 || step === steps) {
      yield { kind: 'dev', step, loss: value, accuracy: value, macroF1: value, best: true, seconds: 0 };
      yield { kind: 'checkpoint', checkpoint: { step, arrays: { value: Float32Array.of(value) }, state: { step } } };
    }
  }
  const prompt = { rows: 1, hiddenSize: 1, values: Float32Array.of(value) };
  return { prompt, initial: prompt, learningRate: 0.1, stopped: false };
}

async function work(folder: string): Promise<void> {
  const run = await startRun(folder, (await readRun(folder)).id, {});
  const stored = await readCheckpoint(folder).catch(() => undefined);
  await truncateMetrics(folder, stored?.metricsOffset ?? 0);
  const from = stored
    ? { step: stored.checkpoint.step, value: stored.checkpoint.arrays.value![0]! }
    : { step: 0, value: 0.3 };
  const trained = await followTraining(count(from), run, {
    task: { settings: { steps } as Settings, splits: {} },
    inputs: () => Promise.resolve([]),
  });
  run.progress({ phase: 'finished', step: steps, steps });
  await run.end('done', (record) => ({
    ...record,
    best: { step: steps, loss: trained.prompt.values[0]!, accuracy: 1 },
  }));
}

const [, , , runs] = process.argv;
void serveQueue(runs!, { work, log: () => undefined, signal: new AbortController().signal }).then(() =>
  process.exit(0),
);
