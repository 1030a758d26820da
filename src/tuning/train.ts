import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import type { LanguageModel } from '../model/openModel';
import type { Best, Checkpoint } from './checkpoint';
import { openLearner } from './learner';
import { openTaskObjective } from '../objective/objective';
import { begin, checkpointOf, restore, weigh, type Progress } from './progress';
import { copyPrompt, type SoftPrompt } from '../objective/prompt';
import { openSource } from '../objective/rows/source';
import { openDevScorer, type DevScorer } from './scoreDev';
import { openBatches } from './order';
import { takeStep, type StepSetting } from './step';
import type { TrainEvent } from './trainEvent';
import { type Task } from '../objective/task';
import { batchOptions } from '../objective/batch';
import { trialRates, trialRounds, trialSettings } from './optimizer/trialRates';
import { chooseRate, type TriedTraining } from './rateTrials';
import { mean } from '../scoring/statistics/mean';

export type { Checkpoint } from './checkpoint';
export type { TrainEvent } from './trainEvent';

export interface TrainOptions {
  /** Where to start instead of `tune.init`: a prompt of the task's sizes. */
  readonly start?: SoftPrompt;
  readonly resume?: Checkpoint;
  readonly signal?: AbortSignal;
}

export interface TrainedPrompt {
  /** The prompt with the best dev score, or the last one where there is no dev data. */
  readonly prompt: SoftPrompt;
  readonly initial: SoftPrompt;
  readonly stopped: boolean;
  readonly best?: Best;
  readonly learningRate: number;
}

/** Dev rows that an evaluation during training looks at, at most. */
export const devRows = 500;
/** Dev rows that a learning-rate trial looks at, at most. */
export const trialDevRows = 200;
/** Batches whose mean loss judges a trial where there is no dev data. */
export const trialLastBatches = 8;

/** What stays the same through a training. */
interface Setting extends StepSetting {
  readonly dev?: DevScorer;
  readonly signal?: AbortSignal;
}

/**
 * Trains the method of a task for a frozen model: soft prompts (Lester et al. 2021), P-Tuning v1 (Liu et al. 2021),
 * P-Tuning v2 (Liu et al. 2022). The same task, settings and seed give the same numbers; so does going on from a
 * checkpoint. The test split is never read.
 * @throws Failure "loss-not-finite", "no-rule", "no-cache", and those of reading rows
 */
export async function* train(
  task: Task,
  model: LanguageModel,
  options: TrainOptions = {},
): AsyncGenerator<TrainEvent, TrainedPrompt> {
  const objective = openTaskObjective(task, model);
  const learner = await openLearner(task, model, options.start);
  let dev: DevScorer | undefined;
  try {
    if (task.splits.dev) dev = await openDevScorer({ task, model, objective });
    const setting: Setting = {
      task,
      objective,
      learner,
      batch: batchOptions(task, model, 'training'),
      source: openSource(task, model, 'train'),
      dev,
      signal: options.signal,
    };
    const initial = copyPrompt(await learner.prompt(learner.start));
    const progress = options.resume
      ? restore(options.resume, learner.start, initial)
      : beginAt(setting, initial, yield* settleRate(setting, initial));
    return yield* run(setting, progress);
  } finally {
    await dev?.close();
    await learner.close();
    await objective.close();
  }
}

const beginAt = ({ task, learner }: Setting, initial: SoftPrompt, learningRate: number): Progress =>
  begin(learner.start, initial, { optimizer: task.settings.optimizer, learningRate });

async function* settleRate(setting: Setting, initial: SoftPrompt): AsyncGenerator<TrainEvent, number> {
  const { settings } = setting.task;
  const learningRate = settings.learningRate === 'auto' ? yield* sweep(setting, initial) : settings.learningRate;
  yield { kind: 'rate', learningRate };
  return learningRate;
}

/** The rate that the first steps of the training speak for, of several. */
function sweep(setting: Setting, initial: SoftPrompt): AsyncGenerator<TrainEvent, number> {
  const { task, signal } = setting;
  const trial: Setting = { ...setting, task: { ...task, settings: trialSettings(task.settings) } };
  return chooseRate({
    rates: trialRates(task.settings),
    rounds: trialRounds(task.settings),
    open: (rate) => openTrial(trial, beginAt(setting, initial, rate)),
    signal,
  });
}

/** A training that is judged on dev, or where there is none by the loss of its last batches. */
function openTrial(setting: Setting, start: Progress): TriedTraining {
  const { dev, learner, source, task } = setting;
  const batches = openBatches(source, task.settings);
  const losses: number[] = [];
  let progress = start;
  return {
    async step() {
      const taken = await takeStep(setting, progress, batches);
      progress = taken.progress;
      losses.push(taken.loss);
      return taken.loss;
    },
    async judge() {
      if (dev) {
        const { loss, score } = await dev.score(await learner.prompt(progress.parameters), trialDevRows);
        return { loss, ...(score && { score }) };
      }
      return { loss: mean(losses.slice(-trialLastBatches)) };
    },
  };
}

async function* run(setting: Setting, start: Progress): AsyncGenerator<TrainEvent, TrainedPrompt> {
  const {
    learner,
    signal,
    task: {
      settings: { steps, evalEvery, patience },
    },
  } = setting;
  const batches = openBatches(setting.source, setting.task.settings);
  let progress = start;
  while (progress.step < steps && !signal?.aborted) {
    const taken = await takeStep(setting, progress, batches);
    progress = taken.progress;
    if (!Number.isFinite(taken.loss)) throw notFinite(progress.step, taken.rate);
    yield {
      kind: 'step',
      step: progress.step,
      steps,
      loss: taken.loss,
      learningRate: taken.rate,
      gradientNorm: taken.gradientNorm,
      examplesPerSecond: taken.examplesPerSecond,
    };
    if (progress.step % evalEvery !== 0 && progress.step !== steps) continue;
    if (setting.dev) {
      const prompt = await learner.prompt(progress.parameters);
      const began = performance.now();
      const score = await setting.dev.score(prompt, devRows);
      progress = weigh(progress, score, prompt);
      yield {
        kind: 'dev',
        step: progress.step,
        loss: score.loss,
        accuracy: score.accuracy,
        macroF1: score.macroF1,
        best: progress.withoutGain === 0,
        samples: score.samples,
        ...(score.score && { score: score.score }),
        seconds: (performance.now() - began) / 1000,
      };
    }
    yield { kind: 'checkpoint', checkpoint: checkpointOf(progress) };
    if (patience > 0 && progress.withoutGain >= patience) break;
  }
  const stopped = signal?.aborted === true && progress.step < steps;
  if (stopped) yield { kind: 'checkpoint', checkpoint: checkpointOf(progress) };
  const prompt = progress.bestPrompt ?? copyPrompt(await learner.prompt(progress.parameters));
  return { prompt, initial: progress.initial, stopped, best: progress.best, learningRate: progress.learningRate };
}

function notFinite(step: number, rate: number): Failure {
  return new Failure(
    'loss-not-finite',
    l10n.t`The loss is no longer a number at step ${step} (learning rate ${rate}).`,
    {},
    l10n.t`Lower tune.learningRate, or set tune.clip to 1.`,
  );
}
