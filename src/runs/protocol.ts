import type { Method } from '../template/settings';
import { inspectionSide, type InspectionCalls } from './inspection';
import type { Side } from './messageChannel';
import type { MeasureRequest, TrainingEstimate } from './measureTraining';
import type { PredictRequest, RowPrediction } from './predictRow';
import type { EvaluationResult, RunProgress, RunRecord, RunStatus, Split } from './record';
import { isNothing, isNumber, isObject, isText, listOf, oneOf, optional, shape, tableOf, type Guard } from './shape';

/** First thing the trainer says; another number means that extension and trainer come from different builds. */
export const protocolVersion = 1;

export interface TrainRequest {
  /** Absolute path of the template. */
  readonly file: string;
  readonly method: Method;
  /** Settings that outrank the template's, as `tune.*` keys with YAML values. */
  readonly set: Readonly<Record<string, string>>;
  /** Absolute path of the runs folder. */
  readonly runs: string;
  /** Folder of the adapter to start from. */
  readonly initFrom?: string;
  /** Id of the run to go on with. */
  readonly resume?: string;
  /** The study that the run is part of. */
  readonly study?: RunRecord['study'];
}

export interface TrainResult {
  readonly run: string;
  readonly folder: string;
  readonly status: RunStatus;
}

export interface EvaluateRequest {
  readonly file: string;
  readonly method?: 'hard';
  readonly run?: string;
  readonly split?: Split;
  readonly runs: string;
}

export interface CompareRequest {
  readonly file: string;
  readonly methods: readonly Method[];
  readonly runs: string;
}

/** Calls that the extension makes to the trainer. */
export interface TrainerCalls extends InspectionCalls {
  /** Answers when the run has ended, however it ended. */
  train(request: TrainRequest): TrainResult;
  /** A hard evaluation leaves a run folder too, so that whoever watches the folder sees it. */
  evaluate(request: EvaluateRequest): EvaluationResult & { readonly folder?: string };
  compare(request: CompareRequest): { readonly runs: readonly string[] };
  /** What the model makes of one row; leaves nothing on disk. */
  predict(request: PredictRequest): RowPrediction;
  /** What a training would cost, from steps really taken; leaves nothing on disk. */
  measure(request: MeasureRequest): TrainingEstimate;
  /** Ends the run named, or the one at work; its checkpoint is kept. */
  stop(request: { readonly run?: string }): void;
}

/** What the trainer says unasked. */
export interface TrainerEvents {
  readonly ready: { readonly version: number };
  /** A run folder has come into being. */
  readonly run: { readonly id: string; readonly folder: string };
  readonly progress: { readonly run: string; readonly progress: RunProgress };
  readonly log: { readonly run?: string; readonly line: string };
  readonly heartbeat: { readonly at: string };
}

const isMethod = oneOf('hard', 'soft', 'v1', 'v2');
const isSplit = oneOf('train', 'dev', 'test');
const isStatus = oneOf('queued', 'running', 'done', 'stopped', 'failed', 'lost');

const isStudy = shape<NonNullable<RunRecord['study']>>({ id: isText, varied: listOf(isText) });

const isProgress = shape<RunProgress>({
  phase: oneOf('waiting', 'loading', 'searching', 'sweep', 'training', 'testing', 'finished'),
  step: isNumber,
  steps: isNumber,
  loss: optional(isNumber),
  devAccuracy: optional(isNumber),
  secondsLeft: optional(isNumber),
});

/** What every evaluation has; measures that a kind of task lacks are not insisted on. */
const isEvaluation: Guard<EvaluationResult & { readonly folder?: string }> = (value): value is EvaluationResult & { readonly folder?: string } =>
  isObject(value) && isMethod(value.method) && isSplit(value.split) && isNumber(value.n) && isNumber(value.loss) && optional(isText)(value.folder);

/** The trainer's side of the channel. */
export const trainerSide: Side<TrainerCalls, TrainerEvents> = {
  calls: {
    ...inspectionSide,
    train: {
      request: shape<TrainRequest>({
        file: isText, method: isMethod, set: tableOf(isText), runs: isText, initFrom: optional(isText), resume: optional(isText),
        study: optional(isStudy),
      }),
      result: shape<TrainResult>({ run: isText, folder: isText, status: isStatus }),
    },
    evaluate: {
      request: shape<EvaluateRequest>({
        file: isText, method: optional(oneOf('hard')), run: optional(isText), split: optional(isSplit), runs: isText,
      }),
      result: isEvaluation,
    },
    compare: {
      request: shape<CompareRequest>({ file: isText, methods: listOf(isMethod), runs: isText }),
      result: shape<{ readonly runs: readonly string[] }>({ runs: listOf(isText) }),
    },
    predict: {
      request: shape<PredictRequest>({ file: isText, text: optional(isText), split: isSplit, row: isNumber, run: optional(isText), runs: isText }),
      result: shape<RowPrediction>({
        expected: isText,
        probabilities: optional(listOf(shape<{ readonly label: string; readonly probability: number }>({ label: isText, probability: isNumber }))),
        text: optional(isText),
      }),
    },
    measure: {
      request: shape<MeasureRequest>({ file: isText, method: isMethod, set: tableOf(isText) }),
      result: shape<TrainingEstimate>({
        trainedNumbers: isNumber, stepSeconds: isNumber, examplesPerSecond: isNumber, rowSeconds: isNumber, seconds: isNumber, peakMemoryBytes: isNumber,
      }),
    },
    stop: { request: shape<{ readonly run?: string }>({ run: optional(isText) }), result: isNothing },
  },
  events: {
    ready: shape<TrainerEvents['ready']>({ version: isNumber }),
    run: shape<TrainerEvents['run']>({ id: isText, folder: isText }),
    progress: shape<TrainerEvents['progress']>({ run: isText, progress: isProgress }),
    log: shape<TrainerEvents['log']>({ run: optional(isText), line: isText }),
    heartbeat: shape<TrainerEvents['heartbeat']>({ at: isText }),
  },
};
