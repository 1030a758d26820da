import type { LanguageModel } from '../model/openModel';
import { scoreSplit } from '../scoring/scoreSplit';
import { openLearner } from './learner';
import { defaultThreads, openObjective } from './objective';
import { begin } from './progress';
import { copyPrompt, trainedNumbers } from './prompt';
import { openBatches, openSource } from './source';
import { takeStep } from './step';
import { batchOptions, type Task } from './task';

/** What one step and one scored row cost on this machine. */
export interface StepCost {
  /** Numbers that the method trains and keeps. */
  readonly trainedNumbers: number;
  /** Seconds of a training step, its graphs already built. */
  readonly stepSeconds: number;
  readonly examplesPerSecond: number;
  /** Seconds to score one row without a gradient. */
  readonly rowSeconds: number;
}

/** Rows that are scored to see what one costs. */
const scoredRows = 32;
/** A rate at which two steps do no harm; what they learn is thrown away. */
const probeRate = 1e-3;

/**
 * Takes two real training steps and scores a batch twice: the first of each builds the graphs, the second is measured. Nothing is kept.
 * @throws Failure as training does
 */
export async function probeStep(task: Task, model: LanguageModel, signal?: AbortSignal): Promise<StepCost> {
  const objective = openObjective(model, defaultThreads(), { checkpointing: task.settings.checkpointing });
  const learner = await openLearner(task, model);
  try {
    const source = openSource(task, model, 'train');
    const batches = openBatches(source, task.settings);
    const setting = { task, objective, learner, batch: batchOptions(task, model, 'training'), source };
    const initial = copyPrompt(await learner.prompt(learner.start));
    const first = await takeStep(setting, begin(learner.start, initial, { optimizer: task.settings.optimizer, learningRate: probeRate }), batches);
    signal?.throwIfAborted();
    const began = performance.now();
    const { examplesPerSecond, progress } = await takeStep(setting, first.progress, batches);
    const stepSeconds = (performance.now() - began) / 1000;
    const prompt = await learner.prompt(progress.parameters);
    const rows = Math.min(scoredRows, source.rows);
    const score = () => scoreSplit({ task, objective, batch: batchOptions(task, model, 'scoring'), source, rows, signal }, prompt);
    await score();
    const beganScoring = performance.now();
    await score();
    return { trainedNumbers: trainedNumbers(prompt), stepSeconds, examplesPerSecond, rowSeconds: (performance.now() - beganScoring) / 1000 / rows };
  } finally {
    await learner.close();
    await objective.close();
  }
}
