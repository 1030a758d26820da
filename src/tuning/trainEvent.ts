import type { DevScore } from '../scoring/devScore';
import type { Sample } from '../scoring/samples';
import type { Checkpoint } from './checkpoint';

/** What a training says while it works. */
export type TrainEvent =
  | {
      readonly kind: 'sweep';
      readonly rate: number;
      readonly trial: number;
      readonly trials: number;
      /** Steps that the trial has taken. */
      readonly steps: number;
      readonly devLoss: number;
      /** By the metric that decides, where that is not the accuracy of labels. */
      readonly score?: DevScore;
    }
  /** A step with a rate that is tried, or 0 steps before the first; for who watches, since nothing is kept of it. */
  | {
      readonly kind: 'trialStep';
      readonly step: number;
      readonly steps: number;
      /** Which of those that are tried to so many steps. */
      readonly trial: number;
      readonly trials: number;
      /** Steps of all trials together, to the last. */
      readonly done: number;
      readonly all: number;
    }
  | { readonly kind: 'rate'; readonly learningRate: number }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly learningRate: number;
      readonly gradientNorm: number;
      readonly examplesPerSecond: number;
    }
  | {
      readonly kind: 'dev';
      readonly step: number;
      readonly loss: number;
      readonly accuracy: number;
      readonly macroF1: number;
      readonly best: boolean;
      readonly score?: DevScore;
      /** Time that the evaluation took. */
      readonly seconds: number;
      readonly samples?: readonly Sample[];
    }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint };
