import type { LanguageModel } from '../model/openModel';
import { scoreSplit } from '../scoring/scoreSplit';
import { layOut, type Batch } from '../objective/batch';
import { probeAnswers } from './probeAnswers';
import { openLearner } from './learner';
import { openTaskObjective } from '../objective/objective';
import { begin } from './progress';
import { copyPrompt, trainedParameters } from '../objective/prompt';
import { openSource } from '../objective/rows/source';
import { openBatches } from './order';
import { takeStep, type StepSetting } from './step';
import { type Task } from '../objective/task';
import { batchOptions } from '../objective/batch';

/** What one step and one scored row cost on this machine. */
export interface StepCost {
  /** Numbers that the method trains and keeps. */
  readonly trainedParameters: number;
  /** Seconds of a training step, its graphs already built. */
  readonly stepSeconds: number;
  readonly examplesPerSecond: number;
  /** Seconds to score one row without a gradient. */
  readonly rowSeconds: number;
  /** Seconds to write a free text answer; absent where labels are chosen. */
  readonly answerSeconds?: number;
}

/** Rows that are scored to see what one costs. */
const scoredRows = 32;
/** A rate at which two steps do no harm; what they learn is thrown away. */
const probeRate = 1e-3;

/** Rows among which the longest are looked for. */
const soundedRows = 256;

/**
 * Training batches of the shortest and the longest rows: the runtime's memory grows with each new size of batch, and a
 * training meets them all.
 */
async function outermostBatches(
  { batch, source, task: { settings } }: Pick<StepSetting, 'batch' | 'source' | 'task'>,
  signal?: AbortSignal,
): Promise<readonly Batch[]> {
  const spacing = Math.max(1, Math.floor(source.rows / soundedRows));
  const numbers = Array.from({ length: Math.min(source.rows, soundedRows) }, (_, i) => i * spacing);
  signal?.throwIfAborted();
  const examples = [...(await source.examples(numbers))].sort((a, b) => a.prompt.length - b.prompt.length);
  return [
    examples.slice(-settings.batchSize),
    examples.slice(0, settings.batchSize),
    examples.slice(-settings.batchSize),
  ].map((rows) => layOut(rows, batch));
}

/**
 * Takes two real training steps and scores a batch twice: the first of each builds the graphs, the second is measured.
 * Nothing is kept.
 * @throws Failure as training does
 */
export async function probeStep(task: Task, model: LanguageModel, signal?: AbortSignal): Promise<StepCost> {
  const objective = openTaskObjective(task, model);
  const learner = await openLearner(task, model);
  try {
    const source = openSource(task, model, 'train');
    const batches = openBatches(source, task.settings);
    const setting = { task, objective, learner, batch: batchOptions(task, model, 'training'), source };
    const initial = copyPrompt(await learner.prompt(learner.start));
    const first = await takeStep(
      setting,
      begin(learner.start, initial, { optimizer: task.settings.optimizer, learningRate: probeRate }),
      batches,
    );
    signal?.throwIfAborted();
    const began = performance.now();
    const { examplesPerSecond, progress } = await takeStep(setting, first.progress, batches);
    const stepSeconds = (performance.now() - began) / 1000;
    const prompt = await learner.prompt(progress.parameters);
    const rows = Math.min(scoredRows, source.rows);
    const score = () =>
      scoreSplit({ task, objective, batch: batchOptions(task, model, 'scoring'), source, rows, signal }, prompt);
    await score();
    const beganScoring = performance.now();
    await score();
    const rowSeconds = (performance.now() - beganScoring) / 1000 / rows;
    for (const batch of await outermostBatches(setting, signal)) {
      await objective.step(batch, prompt);
      await score();
    }
    const answerSeconds =
      task.labels.length > 0 ? undefined : await probeAnswers({ task, model, source, split: 'train' }, prompt, signal);
    return {
      trainedParameters: trainedParameters(prompt),
      stepSeconds,
      examplesPerSecond,
      rowSeconds,
      ...(answerSeconds !== undefined && { answerSeconds }),
    };
  } finally {
    await learner.close();
    await objective.close();
  }
}
