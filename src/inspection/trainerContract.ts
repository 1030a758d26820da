import { inspectionSide, type InspectionCalls } from './inspectorContract';
import type { Side } from '../channel/messageChannel';
import type { MeasureRequest, TrainingEstimate } from './measureTraining';
import type { PredictRequest, RowPrediction } from './predictRow';
import { isMethod, isSplit } from '../runs/store/recordShape';
import { isNothing, isNumber, isObject, isText, listOf, optional, shape, tableOf } from '../channel/guards';

/** First thing the trainer says; another number means that extension and trainer come from different builds. */
export const protocolVersion = 2;

/** Calls that a window makes to the trainer that it has forked. Runs go another way, over the queue on disk, because they outlive the window. */
export interface TrainerCalls extends InspectionCalls {
  /** What templates may read from now on; anything where `within` is absent. */
  confine(request: { readonly within?: readonly string[] }): void;
  /** What the model makes of one row; leaves nothing on disk. */
  predict(request: PredictRequest): RowPrediction;
  /** What a training would cost, from steps really taken; leaves nothing on disk. */
  measure(request: MeasureRequest): TrainingEstimate;
  /** Ends the answer that is being worked on. */
  stop(request: object): void;
}

/** What the trainer says unasked. */
export interface TrainerEvents {
  readonly ready: { readonly version: number };
  readonly log: { readonly line: string };
}

/** The trainer's side of the channel. */
export const trainerSide: Side<TrainerCalls, TrainerEvents> = {
  calls: {
    ...inspectionSide,
    confine: {
      request: shape<{ readonly within?: readonly string[] }>({ within: optional(listOf(isText)) }),
      result: isNothing,
    },
    predict: {
      request: shape<PredictRequest>({
        file: isText,
        text: optional(isText),
        split: isSplit,
        row: isNumber,
        run: optional(isText),
        runs: isText,
      }),
      result: shape<RowPrediction>({
        expected: isText,
        probabilities: optional(
          listOf(
            shape<{ readonly label: string; readonly probability: number }>({ label: isText, probability: isNumber }),
          ),
        ),
        text: optional(isText),
      }),
    },
    measure: {
      request: shape<MeasureRequest>({ file: isText, method: isMethod, set: tableOf(isText) }),
      result: shape<TrainingEstimate>({
        trainedParameters: isNumber,
        stepSeconds: isNumber,
        examplesPerSecond: isNumber,
        rowSeconds: isNumber,
        seconds: isNumber,
        peakMemoryBytes: isNumber,
        mostMemoryBytes: isNumber,
      }),
    },
    stop: { request: isObject, result: isNothing },
  },
  events: {
    ready: shape<TrainerEvents['ready']>({ version: isNumber }),
    log: shape<TrainerEvents['log']>({ line: isText }),
  },
};
