import { describe, expect, it } from 'vitest';
import type { Task } from '../../../../src/objective/task';
import type { LiveRun } from '../../../../src/runs/work/liveRun';
import { followTraining } from '../../../../src/runs/work/trainingProgress';
import type { TrainEvent, TrainedPrompt } from '../../../../src/tuning/train';

const sweep: TrainEvent = { kind: 'sweep', rate: 0.1, trial: 1, trials: 3, devLoss: 0.5 };

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
    expect(await logOf({ train: {}, dev: {} })).toEqual(['Learning rate 0.1: dev loss 0.5000 (trial 1 of 3)']);
    expect(await logOf({ train: {} })).toEqual([
      'Learning rate 0.1: loss on the last training rows 0.5000 (trial 1 of 3)',
    ]);
  });
});
