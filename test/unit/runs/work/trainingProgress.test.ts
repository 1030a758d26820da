import { describe, expect, it } from 'vitest';
import type { Task } from '../../../../src/objective/task';
import type { LiveRun } from '../../../../src/runs/work/liveRun';
import { followTraining, progressOf } from '../../../../src/runs/work/trainingProgress';
import type { TrainEvent, TrainedPrompt } from '../../../../src/tuning/train';

const sweep: TrainEvent = { kind: 'sweep', rate: 0.1, trial: 1, trials: 3, steps: 40, devLoss: 0.5 };

async function logOf(splits: object): Promise<readonly string[]> {
  const lines: string[] = [];
  const run = {
    id: '1',
    folder: '/nowhere',
    emit: () => undefined,
    progress: () => undefined,
    requireHeld: () => Promise.resolve(),
    log: (line: string) => Promise.resolve(void lines.push(line)),
  } as Partial<LiveRun> as LiveRun;
  const task = { settings: { steps: 9 }, splits } as Pick<Task, 'settings' | 'splits'>;
  async function* events(): AsyncGenerator<TrainEvent, TrainedPrompt> {
    yield await Promise.resolve(sweep);
    return {} as TrainedPrompt;
  }
  await followTraining(events(), run, { task, inputs: () => Promise.resolve([]) });
  return lines;
}

describe('the log of a sweep', () => {
  it('says on which rows a learning rate was judged', async () => {
    expect(await logOf({ train: {}, dev: {} })).toEqual([
      'Learning rate 0.1: dev loss 0.5000 (trial 1 of 3, at step 40)',
    ]);
    expect(await logOf({ train: {} })).toEqual([
      'Learning rate 0.1: loss on the last training rows 0.5000 (trial 1 of 3, at step 40)',
    ]);
  });
});

describe('the progress of a training', () => {
  it('is that of the rates tried from before the first step, then of the steps, each with the time left', () => {
    const at = progressOf({ steps: 30 });
    const trial = (which: number, step: number, done: number, [trials, steps] = [2, 10]): TrainEvent => ({
      kind: 'trialStep',
      step,
      steps,
      trial: which,
      trials,
      done,
      all: 30,
    });
    const step = (number: number): TrainEvent => ({
      kind: 'step',
      step: number,
      steps: 30,
      loss: 1,
      learningRate: 0.1,
      gradientNorm: 1,
      examplesPerSecond: 1,
    });
    const first = { phase: 'sweep', step: 0, steps: 10, trial: 1, trials: 2, done: 0, all: 30 };
    expect(at(trial(1, 0, 0), 0)).toEqual(first);
    // The first step builds the graph, which says nothing of the others.
    expect(at(trial(1, 1, 1), 50_000)?.secondsLeft).toBeUndefined();
    expect(at(trial(1, 2, 2), 51_000)).toMatchObject({ step: 2, trial: 1, secondsLeft: 28 });
    expect(at(trial(2, 5, 15), 64_000)).toMatchObject({ step: 5, trial: 2, secondsLeft: 15 });
    // The best goes on from where it is.
    const last = at(trial(1, 15, 25, [1, 20]), 74_000);
    expect(last).toMatchObject({ step: 15, steps: 20, trial: 1, trials: 1, secondsLeft: 5 });
    expect(at({ kind: 'rate', learningRate: 0.1 }, 70_000)).toEqual({ phase: 'training', step: 0, steps: 30 });
    expect(at(step(1), 71_000)?.secondsLeft).toBeUndefined();
    expect(at(step(11), 91_000)).toMatchObject({ phase: 'training', step: 11, secondsLeft: 38 });
  });
});
