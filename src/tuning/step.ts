import type { BatchOptions } from '../objective/batch';
import { layOutParts } from '../objective/batchParts';
import { dropOut } from './dropout';
import type { Gradients, Learner } from './learner';
import type { OpenObjective } from '../objective/objective';
import { clipGradients, optimizers } from './optimizer/optimizer';
import { nextPosition } from './order';
import { streamFor } from '../data/random';
import type { Progress } from './progress';
import { scheduledRate } from './optimizer/schedule';
import type { ExampleSource } from '../objective/rows/source';
import type { BatchesByPosition } from './order';
import type { Task } from '../objective/task';

/** What a step works with. */
export interface StepSetting {
  readonly task: Task;
  readonly learner: Learner;
  readonly objective: OpenObjective;
  readonly batch: BatchOptions;
  readonly source: ExampleSource;
}

export interface Step {
  readonly progress: Progress;
  readonly loss: number;
  readonly rate: number;
  readonly gradientNorm: number;
  readonly examplesPerSecond: number;
}

/** One step of the optimizer, over `tune.accumulate` batches. Where the loss is not finite nothing moves. */
export async function takeStep(setting: StepSetting, progress: Progress, batches: BatchesByPosition): Promise<Step> {
  const { settings } = setting.task;
  const began = performance.now();
  const { loss, gradients, examples, position } = await gradientOverBatches(setting, progress, batches);
  const gradientNorm = clipGradients(Object.values(gradients), settings.clip);
  const rate = scheduledRate(progress.step, progress.learningRate, settings);
  const step = progress.step + 1;
  if (Number.isFinite(loss)) {
    for (const [name, parameter] of Object.entries(progress.parameters)) {
      optimizers[settings.optimizer].update(parameter, gradients[name]!, progress.moments[name]!, {
        learningRate: rate,
        weightDecay: settings.weightDecay,
        step,
      });
    }
  }
  const seconds = (performance.now() - began) / 1000;
  return { progress: { ...progress, position, step }, loss, rate, gradientNorm, examplesPerSecond: examples / seconds };
}

interface BatchesGradient {
  readonly loss: number;
  readonly gradients: Gradients;
  readonly examples: number;
  readonly position: Progress['position'];
}

/** Loss and gradients over the step's batches, each batch counting by what its mean is a mean over. */
async function gradientOverBatches(
  { task, learner, objective, batch: layout, source }: StepSetting,
  progress: Progress,
  batches: BatchesByPosition,
): Promise<BatchesGradient> {
  const { settings } = task;
  const prompt = await learner.prompt(progress.parameters);
  const parts: { readonly loss: number; readonly gradients: Gradients; readonly weight: number }[] = [];
  let [position, examples] = [progress.position, 0];
  for (let i = 0; i < settings.accumulate; i++) {
    const rows = await batches(position);
    const dropped = dropOut(prompt, settings.dropout, streamFor(settings.seed, 6, progress.step, i));
    for (const batch of layOutParts(rows, layout)) {
      const { loss, gradient, prefixGradient } = await objective.step(batch, dropped.prompt);
      parts.push({
        loss,
        weight: batch.weight,
        gradients: await learner.backward(
          progress.parameters,
          dropped.gradient({ values: gradient, prefix: prefixGradient }),
        ),
      });
    }
    examples += rows.length;
    position = nextPosition(position, source.rows, settings.batchSize);
  }
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  return {
    position,
    examples,
    loss: parts.reduce((sum, part) => sum + (part.loss * part.weight) / total, 0),
    gradients: weightedSum(
      parts.map((part) => ({ gradients: part.gradients, share: part.weight / total })),
      progress.parameters,
    ),
  };
}

function weightedSum(
  parts: readonly { readonly gradients: Gradients; readonly share: number }[],
  parameters: Progress['parameters'],
): Gradients {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { values }]) => {
      const sum = new Float32Array(values.length);
      for (const { gradients, share } of parts) gradients[name]?.forEach((value, i) => (sum[i]! += value * share));
      return [name, sum];
    }),
  );
}
