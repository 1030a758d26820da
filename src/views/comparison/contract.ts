import type { StudyCosts } from '../../comparison/studyAnalysis';
import {
  isAnalysis,
  isAnatomy,
  isInputAnswer,
  isRowChunk,
  isRowDetail,
  type InputAnswer,
  type PromptAnatomy,
} from '../../inspection/inspectorContract';
import { type RowChunk, type RowDetail } from '../../comparison/rows/rowChunk';
import { type ComparisonAnalysis } from '../../comparison/subject';
import type { Side } from '../../channel/messageChannel';
import type { RunProgress, RunStatus, Split } from '../../runs/store/record';
import {
  isFlag,
  isNothing,
  isNumber,
  isText,
  listOf,
  nullable,
  oneOf,
  optional,
  shape,
  tableOf,
  type Guard,
} from '../../channel/guards';
import type { Method } from '../../template/settings/settings';

/** A run of a study, as far as its line tells of it. */
export interface StudyRun {
  readonly run: string;
  readonly seed: number;
  readonly status: RunStatus;
  readonly accuracy: number | null;
  readonly loss: number | null;
}

/** A line of the summary: the runs of one method on one template that differ only in their seed. Rates are fractions, losses nats. */
export interface StudyRow {
  /** Stays the same while runs come and go. */
  readonly key: string;
  /** A, B, …: names the study in table, tree and chart, beside its colour. */
  readonly letter: string;
  /** Place of its colour and dashes. */
  readonly place: number;
  /** Template with its variant. */
  readonly template: string;
  readonly method: Method;
  /** What a person called it; empty where it has no name. */
  readonly name: string;
  readonly starred: boolean;
  /** Lowest seed first. */
  readonly runs: readonly StudyRun[];
  /** Of the run that needs most attention. */
  readonly status: RunStatus;
  /** What the runs are doing or why they ended, in words; empty for finished ones. */
  readonly state: string;
  readonly progress: Pick<RunProgress, 'step' | 'steps'>;
  readonly created: string;
  readonly measures?: StudyMeasures;
}

/** Means over the seeds. */
export interface StudyMeasures extends StudyCosts {
  readonly split: Split;
  readonly n: number;
  /** Null where a task has no answer to match. */
  readonly accuracy: number | null;
  /** Wilson's for one seed; null for several, whose interval needs the answers. */
  readonly accuracyInterval: readonly [number, number] | null;
  readonly macroF1: number | null;
  /** Rows that were trained on; null for a hard prompt. */
  readonly trainingRows: number | null;
}

/** Always answering the most frequent label, on the rows that the runs beside it were tested on. */
export interface MajorityRow {
  readonly label: string;
  readonly accuracy: number;
  readonly split: Split;
  readonly n: number;
}

/** An instruction before and after a run's search. */
export interface RewrittenInstruction {
  readonly study: string;
  readonly run: string;
  readonly seed: number;
  readonly original: string;
  readonly instruction: string;
  readonly edits: readonly {
    readonly before: string;
    readonly after: string;
    readonly gain: number;
    readonly standardError: number;
  }[];
  /** Accuracy of the new text less that of the old, without anything learned; null where it was not measured. */
  readonly gain: { readonly mean: number; readonly low: number; readonly high: number } | null;
}

/** A setting that is not the same in all studies, as text, in their order. */
export interface SettingDifference {
  readonly name: string;
  readonly values: readonly string[];
}

/** What was learned, as far as the records tell. */
export interface LearnedState {
  readonly instructions: readonly RewrittenInstruction[];
  readonly settings: readonly SettingDifference[];
  /** Studies whose template text differs from the baseline's. */
  readonly templates: readonly string[];
}

/** Everything the page shows except the points of the curves and what only the answers tell. */
export interface ComparisonState {
  /** Templates that have runs: key and what a person reads. */
  readonly families: readonly { readonly key: string; readonly name: string }[];
  readonly family: string | null;
  /** Whether studies that a newer one of the same template and method has replaced are shown as well. */
  readonly older: boolean;
  /** How many of them there are. */
  readonly olderStudies: number;
  readonly studies: readonly StudyRow[];
  /** The study that the others are measured against. */
  readonly baseline: string | null;
  readonly majorities: readonly MajorityRow[];
  /** How the numbers came about, as far as the records tell: the answers tell it better once they are read. */
  readonly notes: readonly string[];
  /** What must be known before any number is believed. */
  readonly warnings: readonly string[];
  readonly learned: LearnedState;
  /** Variables of the templates: what an input is made of. */
  readonly variables: readonly string[];
  /** Whether the model may be asked: not in a workspace that is not trusted. */
  readonly askable: boolean;
  /** Names the answers that belong to this state; null while no study has any. */
  readonly token: string | null;
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
  readonly baseline: string | null;
}

interface OfRun {
  readonly run: string;
}

interface OfToken {
  readonly token: string;
}

/** Calls that the page makes to the extension. */
export interface PanelCalls {
  /** Answers with the state and, as events, all points: when the page is ready, when a choice changes, and when points are missing. */
  show(choice: ComparisonChoice): ComparisonState;
  /** What only the answers tell. @throws Failure "outdated" when the token is not that of the present state */
  analyse(request: OfToken): ComparisonAnalysis;
  rows(request: OfToken & { readonly from: number }): RowChunk;
  rowDetail(request: OfToken & { readonly row: number }): RowDetail;
  /** Opens the data file at a row. */
  showRow(request: OfToken & { readonly row: number }): void;
  inspectPrompt(request: OfRun): PromptAnatomy;
  answerInput(request: OfRun & { readonly input: Readonly<Record<string, string>> }): InputAnswer;
  openTemplate(request: OfRun): void;
  showLog(request: OfRun): void;
  stop(request: OfRun): void;
  /** Lets a run that was lost, failed or stopped go on from where it was. */
  resume(request: OfRun): void;
  /** Names the runs of a study; an empty name takes it away. */
  rename(request: { readonly runs: readonly string[]; readonly name: string }): void;
  star(request: { readonly runs: readonly string[]; readonly starred: boolean }): void;
  /** Opens the editor's own comparison of two runs' templates. */
  diffTemplates(request: { readonly left: string; readonly right: string }): void;
  /** Puts the run's rewritten instruction into its template, as an edit that can be undone. */
  applyInstruction(request: OfRun): void;
  /** Runs the command of that name on the family shown. */
  start(request: { readonly command: 'train' | 'evaluateHard' | 'compare' }): void;
  /** Writes the report on the runs shown, measured against the baseline's run, to a file that the person names. */
  exportReport(request: { readonly runs: readonly string[]; readonly baseline?: string }): void;
  copyText(request: { readonly text: string; readonly what: string }): void;
  /** Opens a text as a new document. */
  openDocument(request: { readonly language: 'csv' | 'json' | 'xml' | 'markdown'; readonly content: string }): void;
}

/** What the extension says unasked. */
export interface PanelEvents {
  readonly state: ComparisonState;
  readonly points: CurvePoints;
}

const isSplit = oneOf('train', 'dev', 'test');
const isMethod = oneOf('hard', 'soft', 'v1', 'v2');
const isStatus = oneOf('queued', 'running', 'done', 'stopped', 'failed', 'lost');
const isMeasure = nullable(isNumber);
const isInterval: Guard<readonly [number, number]> = (value): value is readonly [number, number] =>
  listOf(isNumber)(value) && value.length === 2;
const isTrainingPoint: Guard<TrainingPoint> = (value): value is TrainingPoint =>
  listOf(isMeasure)(value) && value.length === 2 && isNumber(value[0]);
const isDevPoint: Guard<DevPoint> = (value): value is DevPoint =>
  listOf(isMeasure)(value) && value.length === 3 && isNumber(value[0]);

const isMeasures = shape<StudyMeasures>({
  split: isSplit,
  n: isNumber,
  accuracy: isMeasure,
  accuracyInterval: nullable(isInterval),
  macroF1: isMeasure,
  loss: isMeasure,
  trainedParameters: isNumber,
  seconds: isNumber,
  promptTokens: isNumber,
  secondsPerRow: isMeasure,
  peakMemoryBytes: isNumber,
  trainingRows: isMeasure,
});

const isStudy = shape<StudyRow>({
  key: isText,
  letter: isText,
  place: isNumber,
  template: isText,
  method: isMethod,
  name: isText,
  starred: isFlag,
  runs: listOf(
    shape<StudyRun>({ run: isText, seed: isNumber, status: isStatus, accuracy: isMeasure, loss: isMeasure }),
  ),
  status: isStatus,
  state: isText,
  progress: shape<Pick<RunProgress, 'step' | 'steps'>>({ step: isNumber, steps: isNumber }),
  created: isText,
  measures: optional(isMeasures),
});

const isLearned = shape<LearnedState>({
  instructions: listOf(
    shape<RewrittenInstruction>({
      study: isText,
      run: isText,
      seed: isNumber,
      original: isText,
      instruction: isText,
      edits: listOf(
        shape<RewrittenInstruction['edits'][number]>({
          before: isText,
          after: isText,
          gain: isNumber,
          standardError: isNumber,
        }),
      ),
      gain: nullable(
        shape<NonNullable<RewrittenInstruction['gain']>>({ mean: isNumber, low: isNumber, high: isNumber }),
      ),
    }),
  ),
  settings: listOf(shape<SettingDifference>({ name: isText, values: listOf(isText) })),
  templates: listOf(isText),
});

const isState = shape<ComparisonState>({
  families: listOf(shape<{ readonly key: string; readonly name: string }>({ key: isText, name: isText })),
  family: nullable(isText),
  older: isFlag,
  olderStudies: isNumber,
  studies: listOf(isStudy),
  baseline: nullable(isText),
  majorities: listOf(shape<MajorityRow>({ label: isText, accuracy: isNumber, split: isSplit, n: isNumber })),
  notes: listOf(isText),
  warnings: listOf(isText),
  learned: isLearned,
  variables: listOf(isText),
  askable: isFlag,
  token: nullable(isText),
});

/** The page's last choice, as the editor keeps it over a restart. */
export const isChoice = shape<ComparisonChoice>({
  family: nullable(isText),
  older: isFlag,
  baseline: nullable(isText),
});

const ofRun = { request: shape<OfRun>({ run: isText }), result: isNothing };
const isRuns = listOf(isText);

/** The extension's side of the channel; the page serves nothing. */
export const panelSide: Side<PanelCalls, PanelEvents> = {
  calls: {
    show: { request: isChoice, result: isState },
    analyse: { request: shape<OfToken>({ token: isText }), result: isAnalysis },
    rows: {
      request: shape<OfToken & { readonly from: number }>({ token: isText, from: isNumber }),
      result: isRowChunk,
    },
    rowDetail: {
      request: shape<OfToken & { readonly row: number }>({ token: isText, row: isNumber }),
      result: isRowDetail,
    },
    showRow: {
      request: shape<OfToken & { readonly row: number }>({ token: isText, row: isNumber }),
      result: isNothing,
    },
    inspectPrompt: { request: shape<OfRun>({ run: isText }), result: isAnatomy },
    answerInput: {
      request: shape<Parameters<PanelCalls['answerInput']>[0]>({ run: isText, input: tableOf(isText) }),
      result: isInputAnswer,
    },
    openTemplate: ofRun,
    showLog: ofRun,
    stop: ofRun,
    resume: ofRun,
    rename: { request: shape<Parameters<PanelCalls['rename']>[0]>({ runs: isRuns, name: isText }), result: isNothing },
    star: { request: shape<Parameters<PanelCalls['star']>[0]>({ runs: isRuns, starred: isFlag }), result: isNothing },
    diffTemplates: {
      request: shape<Parameters<PanelCalls['diffTemplates']>[0]>({ left: isText, right: isText }),
      result: isNothing,
    },
    applyInstruction: ofRun,
    start: {
      request: shape<Parameters<PanelCalls['start']>[0]>({ command: oneOf('train', 'evaluateHard', 'compare') }),
      result: isNothing,
    },
    exportReport: {
      request: shape<Parameters<PanelCalls['exportReport']>[0]>({ runs: isRuns, baseline: optional(isText) }),
      result: isNothing,
    },
    copyText: {
      request: shape<Parameters<PanelCalls['copyText']>[0]>({ text: isText, what: isText }),
      result: isNothing,
    },
    openDocument: {
      request: shape<Parameters<PanelCalls['openDocument']>[0]>({
        language: oneOf('csv', 'json', 'xml', 'markdown'),
        content: isText,
      }),
      result: isNothing,
    },
  },
  events: {
    state: isState,
    points: shape<CurvePoints>({
      run: isText,
      from: isNumber,
      training: listOf(isTrainingPoint),
      dev: listOf(isDevPoint),
    }),
  },
};
