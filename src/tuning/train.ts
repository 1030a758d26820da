import { Failure } from '../failure';
import type { LanguageModel } from '../model/openModel';
import { scoreSplit, type SplitScore } from '../scoring/scoreSplit';
import { layOut, type BatchOptions } from './batch';
import { packMoments, unpackMoments, type Best, type Checkpoint, type TrainingState } from './checkpoint';
import { initialPrompt } from './initialise';
import { openObjective, type OpenObjective } from './objective';
import { clipGradient, optimizers, type Moments } from './optimizer';
import { nextPosition, type Position } from './order';
import { copyPrompt, type SoftPrompt } from './prompt';
import { scheduledRate } from './schedule';
import { openBatches, openSource, type ExampleSource } from './source';
import { batchOptions, type Task } from './task';
import { trialRates, trialSteps } from './trialRates';

export type { Checkpoint } from './checkpoint';

export type TrainEvent =
  | { readonly kind: 'sweep'; readonly rate: number; readonly trial: number; readonly trials: number; readonly devLoss: number }
  | { readonly kind: 'rate'; readonly learningRate: number }
  | { readonly kind: 'step'; readonly step: number; readonly steps: number; readonly loss: number; readonly learningRate: number; readonly gradientNorm: number; readonly examplesPerSecond: number }
  | { readonly kind: 'dev'; readonly step: number; readonly loss: number; readonly accuracy: number; readonly macroF1: number; readonly best: boolean }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint };

export interface TrainOptions {
  /** Where to start instead of `tune.init`: a prompt of the task's rows. */
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
const devRows = 500;
/** Dev rows that a learning-rate trial looks at, at most. */
const trialDevRows = 200;

/**
 * Trains the virtual tokens of a task for a frozen model (Lester et al. 2021). The same task, settings and seed give the same
 * numbers; so does going on from a checkpoint. The test split is never read.
 * @throws Failure "loss-not-finite", "no-rule", and those of reading rows
 */
export async function* train(task: Task, model: LanguageModel, options: TrainOptions = {}): AsyncGenerator<TrainEvent, TrainedPrompt> {
  const objective = openObjective(model);
  try {
    const setting: Setting = { task, objective, batch: batchOptions(task, model, 'training'), scoring: batchOptions(task, model, 'scoring'), source: openSource(task, model, 'train'), dev: task.splits.dev && openSource(task, model, 'dev') };
    const initial = options.start ? copyPrompt(options.start) : initialPrompt(task, model);
    const progress = options.resume ? restore(options.resume, initial) : begin(initial, yield* settleRate(setting, initial, options.signal));
    return yield* run(setting, progress, options.signal);
  } finally {
    await objective.close();
  }
}

/** What stays the same through a training. */
interface Setting {
  readonly task: Task;
  readonly objective: OpenObjective;
  readonly batch: BatchOptions;
  readonly scoring: BatchOptions;
  readonly source: ExampleSource;
  readonly dev?: ExampleSource;
}

/** What moves. */
interface Progress {
  readonly prompt: SoftPrompt;
  readonly initial: SoftPrompt;
  readonly moments?: Moments;
  readonly step: number;
  readonly position: Position;
  readonly learningRate: number;
  readonly best?: Best;
  readonly bestPrompt?: SoftPrompt;
  readonly withoutGain: number;
}

function begin(initial: SoftPrompt, learningRate: number): Progress {
  return { prompt: copyPrompt(initial), initial, step: 0, position: { epoch: 0, batch: 0 }, learningRate, withoutGain: 0 };
}

async function* settleRate(setting: Setting, initial: SoftPrompt, signal?: AbortSignal): AsyncGenerator<TrainEvent, number> {
  const { settings } = setting.task;
  const learningRate = settings.learningRate === 'auto' ? yield* sweep(setting, initial, signal) : settings.learningRate;
  yield { kind: 'rate', learningRate };
  return learningRate;
}

/** Short trainings at rates a factor of about three apart; the lowest loss on dev (or of the last batches) wins. */
async function* sweep(setting: Setting, initial: SoftPrompt, signal?: AbortSignal): AsyncGenerator<TrainEvent, number> {
  const rates = trialRates(setting.task.settings);
  const steps = trialSteps(setting.task.settings);
  let best = { rate: rates[0]!, loss: Infinity };
  for (const [i, rate] of rates.entries()) {
    if (signal?.aborted) break;
    const devLoss = await trial(setting, initial, { rate, steps, signal });
    yield { kind: 'sweep', rate, trial: i + 1, trials: rates.length, devLoss };
    if (devLoss < best.loss) best = { rate, loss: devLoss };
  }
  return best.rate;
}

async function trial(setting: Setting, initial: SoftPrompt, { rate, steps, signal }: { readonly rate: number; readonly steps: number; readonly signal?: AbortSignal }): Promise<number> {
  const { task } = setting;
  const shortened: Setting = { ...setting, task: { ...task, settings: { ...task.settings, steps } } };
  const batches = openBatches(setting.source, task.settings);
  let progress = begin(initial, rate);
  const losses: number[] = [];
  while (progress.step < steps && !signal?.aborted) {
    const taken = await step(shortened, progress, batches);
    if (!Number.isFinite(taken.loss)) return Infinity;
    losses.push(taken.loss);
    progress = taken.progress;
  }
  if (!setting.dev) return losses.slice(-8).reduce((sum, loss) => sum + loss, 0) / Math.min(8, losses.length);
  return (await scoreDev(setting, progress.prompt, trialDevRows)).loss;
}

async function* run(setting: Setting, start: Progress, signal?: AbortSignal): AsyncGenerator<TrainEvent, TrainedPrompt> {
  const { steps, evalEvery, patience } = setting.task.settings;
  const batches = openBatches(setting.source, setting.task.settings);
  let progress = start;
  while (progress.step < steps && !signal?.aborted) {
    const taken = await step(setting, progress, batches);
    progress = taken.progress;
    if (!Number.isFinite(taken.loss)) throw notFinite(progress.step, taken.rate);
    yield { kind: 'step', step: progress.step, steps, loss: taken.loss, learningRate: taken.rate, gradientNorm: taken.gradientNorm, examplesPerSecond: taken.examplesPerSecond };
    if (progress.step % evalEvery !== 0 && progress.step !== steps) continue;
    if (setting.dev) {
      const score = await scoreDev(setting, progress.prompt, devRows);
      progress = weigh(progress, score);
      yield { kind: 'dev', step: progress.step, loss: score.loss, accuracy: score.accuracy, macroF1: score.macroF1, best: progress.withoutGain === 0 };
    }
    yield { kind: 'checkpoint', checkpoint: checkpointOf(progress) };
    if (patience > 0 && progress.withoutGain >= patience) break;
  }
  const stopped = signal?.aborted === true && progress.step < steps;
  if (stopped) yield { kind: 'checkpoint', checkpoint: checkpointOf(progress) };
  return { prompt: progress.bestPrompt ?? progress.prompt, initial: progress.initial, stopped, best: progress.best, learningRate: progress.learningRate };
}

interface Step {
  readonly progress: Progress;
  readonly loss: number;
  readonly rate: number;
  readonly gradientNorm: number;
  readonly examplesPerSecond: number;
}

/** One step of the optimizer, over `tune.accumulate` batches. */
async function step({ task, objective, batch: layout, source }: Setting, progress: Progress, batches: ReturnType<typeof openBatches>): Promise<Step> {
  const { settings } = task;
  const began = performance.now();
  const gradient = new Float32Array(progress.prompt.values.length);
  let [loss, weight, examples, position] = [0, 0, 0, progress.position];
  const measured: { readonly loss: number; readonly gradient: Float32Array; readonly weight: number }[] = [];
  for (let i = 0; i < settings.accumulate; i++) {
    const rows = await batches(position);
    const batch = layOut(rows, layout);
    const result = await objective.step(batch, progress.prompt);
    measured.push({ loss: result.loss, gradient: result.gradient!, weight: batch.weight });
    weight += batch.weight;
    examples += rows.length;
    position = nextPosition(position, source.rows, settings.batchSize);
  }
  for (const part of measured) {
    loss += (part.loss * part.weight) / weight;
    part.gradient.forEach((value, i) => (gradient[i]! += (value * part.weight) / weight));
  }
  const gradientNorm = clipGradient(gradient, settings.clip);
  const rate = scheduledRate(progress.step, progress.learningRate, settings);
  const rule = optimizers[settings.optimizer];
  const parameter = { dims: [progress.prompt.rows, progress.prompt.hiddenSize], values: progress.prompt.values };
  const moments = progress.moments ?? rule.start(parameter);
  if (Number.isFinite(loss)) rule.update(parameter, gradient, moments, { learningRate: rate, weightDecay: settings.weightDecay, step: progress.step + 1 });
  const seconds = (performance.now() - began) / 1000;
  return { progress: { ...progress, moments, position, step: progress.step + 1 }, loss, rate, gradientNorm, examplesPerSecond: examples / seconds };
}

function notFinite(step: number, rate: number): Failure {
  return new Failure('loss-not-finite', `The loss is no longer a number at step ${step} (learning rate ${rate}).`, {}, 'Lower tune.learningRate, or set tune.clip to 1.');
}

const scoreDev = ({ task, objective, scoring, dev }: Setting, prompt: SoftPrompt, most: number): Promise<SplitScore> =>
  scoreSplit({ task, objective, batch: scoring, source: dev!, rows: Math.min(most, dev!.rows) }, prompt);

/** Keeps the prompt when it beats the best so far: by accuracy, and by loss between equals; a generation task by loss. */
function weigh(progress: Progress, score: SplitScore): Progress {
  const { best } = progress;
  const better = !best || score.accuracy > best.accuracy || (score.accuracy === best.accuracy && score.loss < best.loss);
  if (!better) return { ...progress, withoutGain: progress.withoutGain + 1 };
  return { ...progress, best: { step: progress.step, loss: score.loss, accuracy: score.accuracy }, bestPrompt: copyPrompt(progress.prompt), withoutGain: 0 };
}

function checkpointOf({ prompt, initial, moments, step, position, learningRate, best, bestPrompt, withoutGain }: Progress): Checkpoint {
  const state: TrainingState = { position, learningRate, best, withoutGain };
  return {
    step, state,
    arrays: { prompt: prompt.values.slice(), initial: initial.values.slice(), ...(bestPrompt && { best: bestPrompt.values.slice() }), ...packMoments(moments ?? {}) },
  };
}

/** @throws Failure "checkpoint-shape" when the checkpoint belongs to a prompt of other size */
function restore({ step, arrays, state }: Checkpoint, shape: SoftPrompt): Progress {
  const { position, learningRate, best, withoutGain } = state as TrainingState;
  const prompt = (name: string): SoftPrompt => {
    const values = arrays[name];
    if (values?.length !== shape.values.length) throw new Failure('checkpoint-shape', 'The checkpoint does not fit the template and the model.', {}, 'Resume with the template the run began with, or train anew.');
    return { ...shape, values: values.slice() };
  };
  return { prompt: prompt('prompt'), initial: prompt('initial'), moments: unpackMoments(arrays), step, position, learningRate, best, bestPrompt: arrays.best && prompt('best'), withoutGain };
}
