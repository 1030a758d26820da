import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { LanguageModel } from '../../model/openModel';
import { openDevScorer, type DevScorer } from '../scoreDev';
import { type Batch, type BatchOptions } from '../../objective/batch';
import { append } from '../../lists';
import { layOutParts } from '../../objective/batchParts';
import { packPrompt, unpackPrompt, type Best, type Checkpoint } from '../checkpoint';
import { sampleCma, startCma, updateCma, type CmaState } from './cmaes';
import { openLearner } from '../learner';
import { openObjective, type OpenObjective } from '../../objective/objective';
import { nextPosition, type Position } from '../order';
import { isBetterTrial, weigh, type Trial } from '../progress';
import { openProjection, type Projection } from './projection';
import { copyPrompt, type SoftPrompt } from '../../objective/prompt';
import { openSource, type ExampleSource } from '../../objective/rows/source';
import { openBatches, type BatchesByPosition } from '../order';
import { type Task } from '../../objective/task';
import { batchOptions } from '../../objective/batch';
import type { TrainedPrompt, TrainEvent, TrainOptions } from '../train';

/**
 * Numbers that are searched. The paper's 500 need thousands of generations; the covariance of 100 settles within
 * hundreds.
 */
const latentNumbers = 100;
/**
 * First step sizes tried by `learningRate: auto`, as multiples of the prompt's own spread. A useful one lies above 1
 * where the model's embeddings are small against its activations.
 */
const trialStepSizes = [0.5, 2, 8, 32];
/** Generations after which step sizes are compared; fewer do not tell them apart. */
const trialGenerations = 12;
/** Dev rows that a trial looks at, at most. */
const trialDevRows = 200;
/** Dev rows that an evaluation looks at, at most. */
const devRows = 500;

interface Setting {
  readonly task: Task;
  readonly objective: OpenObjective;
  readonly projection: Projection;
  readonly batch: BatchOptions;
  readonly source: ExampleSource;
  readonly initial: SoftPrompt;
  readonly signal?: AbortSignal;
  readonly dev?: DevScorer;
}

/** What moves during a search. */
interface Search {
  readonly cma: CmaState;
  readonly firstStepSize: number;
  /** Generations done. */
  readonly step: number;
  readonly position: Position;
  readonly best?: Best;
  readonly bestPrompt?: SoftPrompt;
  readonly withoutGain: number;
}

/**
 * Tunes a prompt by forward passes alone: CMA-ES over a random low-dimensional projection of it (Black-Box Tuning, Sun
 * et al. 2022). A step is a generation; all its points are measured on the same rows. Events, checkpoints and result
 * are those of {@link train}; the learning rate is the step size of the search, `tune.learningRate` its first value,
 * and the gradient's norm is 0. Optimizer, schedule, clipping and dropout have no part in it.
 * @throws Failure "loss-not-finite", "checkpoint-shape", "no-cache", and those of reading rows
 */
export async function* tuneBlackBox(
  task: Task,
  model: LanguageModel,
  options: TrainOptions = {},
): AsyncGenerator<TrainEvent, TrainedPrompt> {
  const objective = openObjective(model);
  let dev: DevScorer | undefined;
  try {
    if (task.splits.dev) dev = await openDevScorer({ task, model, objective });
    const initial = await startingPrompt(task, model, options.start);
    return yield* search(
      {
        task,
        objective,
        initial,
        projection: openProjection(initial, { dimensions: latentNumbers, seed: task.settings.seed }),
        batch: batchOptions(task, model, 'training'),
        source: openSource(task, model, 'train'),
        signal: options.signal,
        dev,
      },
      options.resume,
    );
  } finally {
    await dev?.close();
    await objective.close();
  }
}

async function startingPrompt(task: Task, model: LanguageModel, start?: SoftPrompt): Promise<SoftPrompt> {
  const learner = await openLearner(task, model, start);
  try {
    return copyPrompt(await learner.prompt(learner.start));
  } finally {
    await learner.close();
  }
}

async function* search(setting: Setting, resume?: Checkpoint): AsyncGenerator<TrainEvent, TrainedPrompt> {
  const {
    task: { settings },
    projection,
    signal,
  } = setting;
  const batches = openBatches(setting.source, settings);
  let progress = resume ? restore(resume, setting) : begin(setting, yield* settleStepSize(setting, batches));
  while (progress.step < settings.steps && !signal?.aborted) {
    const { search: next, loss, examplesPerSecond } = await generation(setting, progress, batches);
    if (!Number.isFinite(loss))
      throw new Failure(
        'loss-not-finite',
        l10n.t`The loss is no longer a number at step ${next.step}.`,
        {},
        l10n.t`Choose another tune.init or tune.seed; if it stays, the model itself gives no numbers for these rows.`,
      );
    progress = next;
    yield {
      kind: 'step',
      step: progress.step,
      steps: settings.steps,
      loss,
      learningRate: progress.cma.stepSize,
      gradientNorm: 0,
      examplesPerSecond,
    };
    if (progress.step % settings.evalEvery !== 0 && progress.step !== settings.steps) continue;
    if (setting.dev) {
      const prompt = projection.prompt(progress.cma.mean);
      const began = performance.now();
      const score = await setting.dev.score(prompt, devRows);
      const seconds = (performance.now() - began) / 1000;
      progress = weigh(progress, score, prompt);
      yield { kind: 'dev', step: progress.step, ...score, best: progress.withoutGain === 0, seconds };
    }
    yield { kind: 'checkpoint', checkpoint: checkpointOf(progress, setting) };
    if (settings.patience > 0 && progress.withoutGain >= settings.patience) break;
  }
  const stopped = signal?.aborted === true && progress.step < settings.steps;
  if (stopped) yield { kind: 'checkpoint', checkpoint: checkpointOf(progress, setting) };
  const prompt = progress.bestPrompt ?? projection.prompt(progress.cma.mean);
  return { prompt, initial: setting.initial, stopped, best: progress.best, learningRate: progress.firstStepSize };
}

function begin({ projection, task }: Setting, stepSize: number): Search {
  const cma = startCma(new Float32Array(projection.dimensions), { stepSize, seed: task.settings.seed });
  return { cma, firstStepSize: stepSize, step: 0, position: { epoch: 0, batch: 0 }, withoutGain: 0 };
}

/**
 * The first step size: as set, or the one whose short search ends at the lowest loss on dev (without dev, on its last
 * rows).
 */
async function* settleStepSize(setting: Setting, batches: BatchesByPosition): AsyncGenerator<TrainEvent, number> {
  const { learningRate, steps } = setting.task.settings;
  let best: Trial & { readonly stepSize: number } = {
    stepSize: learningRate === 'auto' ? trialStepSizes[0]! : learningRate,
    loss: Infinity,
  };
  for (const [i, stepSize] of (learningRate === 'auto' ? trialStepSizes : []).entries()) {
    if (setting.signal?.aborted) break;
    let current: Generation = { search: begin(setting, stepSize), loss: Infinity, examplesPerSecond: 0 };
    const most = Math.min(trialGenerations, steps);
    const trialStep = (step: number): TrainEvent => ({
      kind: 'trialStep',
      step,
      steps: most,
      trial: i + 1,
      trials: trialStepSizes.length,
      done: i * most + step,
      all: trialStepSizes.length * most,
    });
    yield trialStep(0);
    while (current.search.step < most && !setting.signal?.aborted) {
      current = await generation(setting, current.search, batches);
      yield trialStep(current.search.step);
    }
    const { loss: devLoss, score }: Trial = setting.dev
      ? await setting.dev.score(setting.projection.prompt(current.search.cma.mean), trialDevRows)
      : current;
    yield {
      kind: 'sweep',
      rate: stepSize,
      trial: i + 1,
      trials: trialStepSizes.length,
      steps: current.search.step,
      devLoss,
      ...(score && { score }),
    };
    const trial = { loss: devLoss, ...(score && { score }) };
    if (isBetterTrial(trial, best)) best = { stepSize, ...trial };
  }
  yield { kind: 'rate', learningRate: best.stepSize };
  return best.stepSize;
}

interface Generation {
  readonly search: Search;
  /** Of the prompt before the generation, on the generation's rows. */
  readonly loss: number;
  readonly examplesPerSecond: number;
}

async function generation(
  { task: { settings }, objective, projection, batch: layout, source }: Setting,
  search: Search,
  batches: BatchesByPosition,
): Promise<Generation> {
  const began = performance.now();
  const laidOut: Batch[] = [];
  let position = search.position;
  for (let i = 0; i < settings.accumulate; i++) {
    append(laidOut, layOutParts(await batches(position), layout));
    position = nextPosition(position, source.rows, settings.batchSize);
  }
  const loss = await meanLoss(objective, laidOut, projection.prompt(search.cma.mean));
  const { points, state } = sampleCma(search.cma);
  const losses: number[] = [];
  for (const point of points) losses.push(await meanLoss(objective, laidOut, projection.prompt(point)));
  const examples = laidOut.reduce((sum, batch) => sum + batch.examples.length, 0);
  return {
    search: { ...search, position, cma: updateCma(state, points, losses), step: search.step + 1 },
    loss,
    examplesPerSecond: (1000 * examples) / (performance.now() - began),
  };
}

async function meanLoss(objective: OpenObjective, batches: readonly Batch[], prompt: SoftPrompt): Promise<number> {
  const total = batches.reduce((sum, batch) => sum + batch.weight, 0);
  let loss = 0;
  for (const batch of batches) loss += ((await objective.score(batch, prompt)).loss * batch.weight) / total;
  return loss;
}

const cmaArrays = ['mean', 'covariance', 'axes', 'scales', 'covariancePath', 'stepPath'] as const;

type StoredState = Omit<CmaState, (typeof cmaArrays)[number]> & Omit<Search, 'cma' | 'bestPrompt' | 'step'>;

function checkpointOf(
  { cma, firstStepSize, step, position, best, bestPrompt, withoutGain }: Search,
  { initial }: Setting,
): Checkpoint {
  const { stepSize, generation: generations, decomposed, random } = cma;
  const state: StoredState = {
    firstStepSize,
    stepSize,
    generation: generations,
    decomposed,
    random,
    position,
    best,
    withoutGain,
  };
  return {
    step,
    state,
    arrays: {
      ...Object.fromEntries(cmaArrays.map((name) => [`cma.${name}`, cma[name].slice()])),
      ...packPrompt('best', bestPrompt),
      ...packPrompt('initial', initial),
    },
  };
}

function restore({ step, arrays, state }: Checkpoint, { initial, projection: { dimensions } }: Setting): Search {
  const { firstStepSize, position, best, withoutGain, ...numbers } = state as StoredState;
  const stored = Object.fromEntries(cmaArrays.map((name) => [name, arrays[`cma.${name}`]?.slice()])) as Pick<
    CmaState,
    (typeof cmaArrays)[number]
  >;
  if (stored.mean?.length !== dimensions || arrays['initial.tokens']?.length !== initial.values.length) {
    throw new Failure(
      'checkpoint-shape',
      l10n.t`The checkpoint does not fit the template and the model, or is not one of black-box tuning.`,
      {},
      l10n.t`Resume with the template the run began with, or train anew.`,
    );
  }
  return {
    cma: { ...numbers, ...stored },
    firstStepSize,
    step,
    position,
    best,
    bestPrompt: unpackPrompt('best', arrays, initial),
    withoutGain,
  };
}
