import type { Side } from '../runs/messageChannel';
import type { RunProgress, RunStatus, Split } from '../runs/record';
import { isFlag, isNothing, isNumber, isText, listOf, nullable, oneOf, optional, shape, type Guard } from '../runs/shape';
import type { Method } from '../template/settings';

/** A line of the summary table: a run, with its measures as far as there are any. Rates are fractions, losses nats. */
export interface ComparisonRow {
  readonly run: string;
  /** A, B, …: names the run in table and chart, beside its colour. */
  readonly letter: string;
  /** Template with its variant. */
  readonly template: string;
  readonly method: Method;
  readonly status: RunStatus;
  /** What the run is doing or why it ended, in words; empty for a finished one. */
  readonly state: string;
  readonly progress: Pick<RunProgress, 'step' | 'steps'>;
  readonly created: string;
  readonly measures?: ComparisonMeasures;
}

export interface ComparisonMeasures {
  readonly split: Split;
  readonly n: number;
  /** Null where a task has no answer to match. */
  readonly accuracy: number | null;
  readonly accuracyInterval: readonly [number, number] | null;
  readonly macroF1: number | null;
  readonly loss: number | null;
  readonly trainedParameters: number;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
}

/** Always answering the most frequent label, on the rows that the runs beside it were tested on. */
export interface MajorityRow {
  readonly label: string;
  readonly accuracy: number;
  readonly split: Split;
  readonly n: number;
}

/** Everything the page shows except the points of the curves. */
export interface ComparisonState {
  /** Templates that have runs: key and what a person reads. */
  readonly families: readonly { readonly key: string; readonly name: string }[];
  readonly family: string | null;
  /** Whether runs that a newer one of the same template and method has replaced are shown as well. */
  readonly older: boolean;
  /** How many of them there are. */
  readonly olderRuns: number;
  readonly rows: readonly ComparisonRow[];
  readonly majorities: readonly MajorityRow[];
  /** How the numbers came about: rows, split, seeds, intervals. */
  readonly notes: readonly string[];
}

/** A step and its loss; null where the loss was not a number. */
export type TrainingPoint = readonly [step: number, loss: number | null];
export type DevPoint = readonly [step: number, loss: number | null, accuracy: number | null];

/** New points of a run. `from` is how many training and dev points went before; 0 starts the curve afresh. */
export interface CurvePoints {
  readonly run: string;
  readonly from: number;
  readonly training: readonly TrainingPoint[];
  readonly dev: readonly DevPoint[];
}

export interface ComparisonChoice {
  readonly family: string | null;
  readonly older: boolean;
}

/** Calls that the page makes to the extension. */
export interface PanelCalls {
  /** Answers with the state and, as events, all points: when the page is ready, when a choice changes, and when points are missing. */
  show(choice: ComparisonChoice): ComparisonState;
  openTemplate(request: { readonly run: string }): void;
  showLog(request: { readonly run: string }): void;
  stop(request: { readonly run: string }): void;
  /** Runs the command of that name on the family shown. */
  start(request: { readonly command: 'trainSoft' | 'evaluateHard' | 'compare' }): void;
  copyTable(request: { readonly markdown: string }): void;
}

/** What the extension says unasked. */
export interface PanelEvents {
  readonly state: ComparisonState;
  readonly points: CurvePoints;
}

const isSplit = oneOf('train', 'dev', 'test');
const isMethod = oneOf('hard', 'soft', 'v1', 'v2');
const isMeasure = nullable(isNumber);
const isInterval: Guard<readonly [number, number]> = (value): value is readonly [number, number] => listOf(isNumber)(value) && value.length === 2;
const isTrainingPoint: Guard<TrainingPoint> = (value): value is TrainingPoint => listOf(isMeasure)(value) && value.length === 2 && isNumber(value[0]);
const isDevPoint: Guard<DevPoint> = (value): value is DevPoint => listOf(isMeasure)(value) && value.length === 3 && isNumber(value[0]);

const isMeasures = shape<ComparisonMeasures>({
  split: isSplit,
  n: isNumber,
  accuracy: isMeasure,
  accuracyInterval: nullable(isInterval),
  macroF1: isMeasure,
  loss: isMeasure,
  trainedParameters: isNumber,
  seconds: isNumber,
  peakMemoryBytes: isNumber,
});

const isRow = shape<ComparisonRow>({
  run: isText,
  letter: isText,
  template: isText,
  method: isMethod,
  status: oneOf('queued', 'running', 'done', 'stopped', 'failed', 'lost'),
  state: isText,
  progress: shape<Pick<RunProgress, 'step' | 'steps'>>({ step: isNumber, steps: isNumber }),
  created: isText,
  measures: optional(isMeasures),
});

const isState = shape<ComparisonState>({
  families: listOf(shape<{ readonly key: string; readonly name: string }>({ key: isText, name: isText })),
  family: nullable(isText),
  older: isFlag,
  olderRuns: isNumber,
  rows: listOf(isRow),
  majorities: listOf(shape<MajorityRow>({ label: isText, accuracy: isNumber, split: isSplit, n: isNumber })),
  notes: listOf(isText),
});

/** The page's last choice, as the editor keeps it over a restart. */
export const isChoice = shape<ComparisonChoice>({ family: nullable(isText), older: isFlag });

const ofRun = { request: shape<{ readonly run: string }>({ run: isText }), result: isNothing };

/** The extension's side of the channel; the page serves nothing. */
export const panelSide: Side<PanelCalls, PanelEvents> = {
  calls: {
    show: { request: isChoice, result: isState },
    openTemplate: ofRun,
    showLog: ofRun,
    stop: ofRun,
    start: { request: shape<Parameters<PanelCalls['start']>[0]>({ command: oneOf('trainSoft', 'evaluateHard', 'compare') }), result: isNothing },
    copyTable: { request: shape<{ readonly markdown: string }>({ markdown: isText }), result: isNothing },
  },
  events: {
    state: isState,
    points: shape<CurvePoints>({ run: isText, from: isNumber, training: listOf(isTrainingPoint), dev: listOf(isDevPoint) }),
  },
};
