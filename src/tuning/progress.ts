import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import type { SplitScore } from '../scoring/scoreSplit';
import {
  packMoments,
  packParameters,
  packPrompt,
  unpackMoments,
  unpackParameters,
  unpackPrompt,
  type AllMoments,
  type Best,
  type Checkpoint,
  type TrainingState,
} from './checkpoint';
import type { Parameters } from './encoder/encoder';
import { copyParameters } from './learner';
import { optimizers } from './optimizer/optimizer';
import type { Position } from './order';
import { copyPrompt, type SoftPrompt } from '../objective/prompt';
import type { DevScore } from '../scoring/devScore';
import { advantage } from '../scoring/metricFace';
import type { Settings } from '../template/settings/settings';

/** What moves during a training. Arrays are changed in place by a step. */
export interface Progress {
  readonly parameters: Parameters;
  readonly moments: AllMoments;
  /** The prompt before the first step. */
  readonly initial: SoftPrompt;
  /** Steps taken. */
  readonly step: number;
  readonly position: Position;
  readonly learningRate: number;
  readonly best?: Best;
  readonly bestPrompt?: SoftPrompt;
  readonly withoutGain: number;
}

export function begin(
  start: Parameters,
  initial: SoftPrompt,
  { optimizer, learningRate }: { readonly optimizer: Settings['optimizer']; readonly learningRate: number },
): Progress {
  const parameters = copyParameters(start);
  const moments = Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, optimizers[optimizer].start(parameter)]),
  );
  return { parameters, moments, initial, step: 0, position: { epoch: 0, batch: 0 }, learningRate, withoutGain: 0 };
}

/** The part of a progress that the evaluations on dev decide. */
export type Judged = Pick<Progress, 'step' | 'best' | 'bestPrompt' | 'withoutGain'>;

/**
 * Keeps the prompt when it beats the best so far: by the metric that decides, and by loss between equals; by loss alone
 * where no metric was measured. One for whose rows the model gives no numbers never does.
 */
export function weigh<P extends Judged>(progress: P, score: SplitScore, prompt: SoftPrompt): P {
  const { best } = progress;
  const gain = best ? gainOver(best, score) : 0;
  const better = !Number.isNaN(score.loss) && (!best || gain > 0 || (gain === 0 && score.loss < best.loss));
  if (!better) return { ...progress, withoutGain: progress.withoutGain + 1 };
  return {
    ...progress,
    best: {
      step: progress.step,
      loss: score.loss,
      accuracy: score.accuracy,
      ...(score.score && { score: score.score }),
    },
    bestPrompt: copyPrompt(prompt),
    withoutGain: 0,
  };
}

function gainOver(best: Best, now: SplitScore): number {
  return now.score ? scoreGain(best.score, now.score) : comparable(now.accuracy) - comparable(best.accuracy);
}

/** How much better a score is; 0 where none can tell, so that the loss does. */
function scoreGain(best: DevScore | undefined, now: DevScore): number {
  if (!best || !isNumber(best.value)) return 0;
  return isNumber(now.value) ? advantage(now, now.value, best.value) || 0 : -1;
}

/** A checkpoint has null for what is no number. */
const isNumber = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** What a short training came to, with a learning rate that is tried. */
export interface Trial {
  readonly loss: number;
  /** By the metric that decides, where text is written to dev rows. */
  readonly score?: DevScore;
}

/** Whether a trial beats the best so far: by the metric that decides, if there is one, and by loss between equals. */
export function isBetterTrial(trial: Trial, best: Trial): boolean {
  const gain = trial.score ? scoreGain(best.score, trial.score) : 0;
  return trial.loss < Infinity && (gain > 0 || (gain === 0 && trial.loss < best.loss));
}

/** A checkpoint has null for an accuracy that there is not. */
const comparable = (accuracy: number | null): number => accuracy || 0;

export function checkpointOf({
  parameters,
  moments,
  initial,
  step,
  position,
  learningRate,
  best,
  bestPrompt,
  withoutGain,
}: Progress): Checkpoint {
  const state: TrainingState = { position, learningRate, best, withoutGain };
  return {
    step,
    state,
    arrays: {
      ...packParameters(parameters),
      ...packMoments(moments),
      ...packPrompt('best', bestPrompt),
      ...packPrompt('initial', initial),
    },
  };
}

/**
 * @param start the arrays of the task's method, for their shapes
 * @param initial a prompt of the task's sizes
 * @throws Failure "checkpoint-shape" when the checkpoint belongs to another template, model or method
 */
export function restore({ step, arrays, state }: Checkpoint, start: Parameters, initial: SoftPrompt): Progress {
  const { position, learningRate, best, withoutGain } = state as TrainingState;
  const parameters = unpackParameters(arrays, start);
  if (!parameters)
    throw new Failure(
      'checkpoint-shape',
      l10n.t`The checkpoint does not fit the template and the model.`,
      {},
      l10n.t`Resume with the template the run began with, or train anew.`,
    );
  return {
    parameters,
    step,
    position,
    learningRate,
    best,
    withoutGain,
    moments: unpackMoments(arrays, start),
    initial: unpackPrompt('initial', arrays, initial) ?? initial,
    bestPrompt: unpackPrompt('best', arrays, initial),
  };
}
