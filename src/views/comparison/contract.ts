import type { Side } from '../../channel/messageChannel';
import {
  both,
  isFlag,
  isNothing,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  tableOf,
  tuple,
  type Infer,
} from '../../channel/guards';
import { isMajority } from '../../comparison/study/majorities';
import { isRowChunk, isRowDetail } from '../../comparison/rows/rowChunk';
import { isLabelShares, isReliability, isStudyDifference } from '../../comparison/analysis/studyAnalysis';
import { isScoreDistribution } from '../../comparison/analysis/distributions';
import { isFieldResults } from '../../scoring/fields/fieldResults';
import { isStudyResults } from '../../comparison/study/studyResults';
import { isMetricFace } from '../../scoring/metricFace';
import { isAnswerSoFar, isPromptAnatomy } from '../../inspection/inspectorAnswers';
import { frontCalls, isMeasuringTexts, isShownFront } from '../front/contract';
import { isRunMethod, isRunStatus } from '../../runs/record/words/recordWords';

export type { AnswerFields } from '../../scoring/fields/answerFields';
export { fieldHeadings, fieldsOfSeedsNote, nameOfField } from '../../scoring/fields/fieldTable';
export {
  isRightAnswer,
  noAnswer,
  studiesDiffer,
  type RowAnswer,
  type RowChunk,
  type RowDetail,
} from '../../comparison/rows/rowChunk';
export type { Majority } from '../../comparison/study/majorities';
export type { StudyDifference } from '../../comparison/analysis/studyAnalysis';
export type { MetricResults, StudyResults } from '../../comparison/study/studyResults';
export { metricOf } from '../../comparison/study/studyResults';
export { inSentence, labelAccuracy, type MetricFace } from '../../scoring/metricFace';
export type {
  AnswerPace,
  InputAnswer,
  LayerAnatomy,
  PromptAnatomy,
  VectorAnatomy,
} from '../../inspection/inspectorAnswers';
export { stateWord, trains } from '../../runs/record/words/recordWords';
export { binShares, distributionWords, type ScoreDistribution } from '../../comparison/analysis/distributions';
export type { LabelShares } from '../../scoring/classification';

/** A run of a study, as far as its line tells of it. */
const isStudyRun = object({
  run: isText,
  seed: isNumber,
  status: isRunStatus,
  /** What it came to by the metric that decides. */
  score: nullable(isNumber),
  loss: nullable(isNumber),
});
export type StudyRun = Infer<typeof isStudyRun>;

/**
 * A line of the summary: the runs of one method on one template that differ only in their seed.
 * Rates are fractions, losses nats.
 */
const isStudyRow = object({
  /** Stays the same while runs come and go. */
  key: isText,
  /** A, B, …: names the study in table, tree and chart, beside its colour. */
  badge: isText,
  /** Number of its colour and dashes, from 0. */
  colourIndex: isNumber,
  /** Template with its variant. */
  template: isText,
  method: isRunMethod,
  /** What a person reads of it, everywhere; no two studies have the same. */
  name: isText,
  /** What a person called it; empty where it has no such name. */
  givenName: isText,
  starred: isFlag,
  /** Lowest seed first. */
  runs: listOf(isStudyRun),
  /** Of the run that needs most attention. */
  status: isRunStatus,
  /** What the runs are doing or why they ended, in words; empty for finished ones. */
  state: isText,
  progress: object({ step: isNumber, steps: isNumber }),
  /** What has changed in the template since, in words; empty where the results are those of its text now. */
  older: isText,
  created: isText,
  /** As far as the records tell; null while no run has a result. */
  results: nullable(isStudyResults),
  /** Trainings with further seeds that a verdict needs; 0 while a run of the study works or waits. */
  missingSeeds: isNumber,
});
export type StudyRow = Infer<typeof isStudyRow>;

/** An instruction before and after a run's search. */
const isRewrittenInstruction = object({
  study: isText,
  run: isText,
  seed: isNumber,
  original: isText,
  instruction: isText,
  edits: listOf(object({ before: isText, after: isText, gain: isNumber, standardError: isNumber })),
  /** All texts that the search has kept; null for runs of earlier versions. */
  front: nullable(isShownFront),
  /** By the metric that decides: the new text less the old, nothing learned; null where it was not evaluated. */
  gain: nullable(object({ mean: isNumber, low: isNumber, high: isNumber })),
});
export type RewrittenInstruction = Infer<typeof isRewrittenInstruction>;

/** A setting that is not the same in all studies, as text, in their order. */
const isSettingDifference = object({ name: isText, values: listOf(isText) });
export type SettingDifference = Infer<typeof isSettingDifference>;

/** What was learned, as far as the records tell. */
const isLearnedState = object({
  instructions: listOf(isRewrittenInstruction),
  settings: listOf(isSettingDifference),
  /** Studies whose template text differs from the baseline's. */
  templates: listOf(isText),
});
export type LearnedState = Infer<typeof isLearnedState>;

/** Everything the page shows except the points of the curves and what only the answers tell. */
const isComparisonState = object({
  /** Templates that have runs: key and what a person reads. */
  families: listOf(object({ key: isText, name: isText })),
  family: nullable(isText),
  /** Whether studies that a newer one of the same template and method has replaced are shown as well. */
  older: isFlag,
  /** How many of them there are. */
  olderStudies: isNumber,
  studies: listOf(isStudyRow),
  /** The study that the others are compared with. */
  baseline: nullable(isText),
  /** What decides which answers are better; null while no study has results. */
  metric: nullable(isMetricFace),
  /** All metrics that some study was measured by, the one that decides first. */
  metrics: listOf(isMetricFace),
  majorities: listOf(isMajority),
  /** How the numbers came about, as far as the records tell: the answers tell it better once they are read. */
  notes: listOf(isText),
  /** What must be known before any number is believed. */
  warnings: listOf(isText),
  learned: isLearnedState,
  /** Variables of the templates: what an input is made of. */
  variables: listOf(isText),
  /** Whether the model may be asked: not in a workspace that is not trusted. */
  askable: isFlag,
  /** Names the answers that belong to this state; null while no study has any. */
  token: nullable(isText),
});
export type ComparisonState = Infer<typeof isComparisonState>;

/** What only the answers tell of a study. */
const isAnsweredStudy = object({
  key: isText,
  /** These replace the results that the records told. */
  results: nullable(isStudyResults),
  /** By the metric that decides; null for the baseline itself, and where rows cannot be paired. */
  difference: nullable(isStudyDifference),
  /** By every metric that both were measured by. */
  differences: listOf(isStudyDifference),
  /** Why there is no difference, as a sentence; empty where there is one. */
  withoutDifference: isText,
  /** Which label was called which, as answers and as shares of each label's rows. */
  confusion: nullable(
    object({ labels: listOf(isText), counts: listOf(listOf(isNumber)), shares: listOf(listOf(isNumber)) }),
  ),
  /** Shares less the baseline's, over the labels of both. */
  confusionDifference: nullable(isLabelShares),
  reliability: nullable(isReliability),
  distributions: listOf(isScoreDistribution),
  /** Of answers that are JSON. */
  fields: nullable(listOf(isFieldResults)),
  adapterBytes: isNumber,
});
export type AnsweredStudy = Infer<typeof isAnsweredStudy>;

/** What only the answers tell. */
const isAnsweredComparison = object({
  token: isText,
  studies: listOf(isAnsweredStudy),
  /** How the numbers came about; these replace the notes of the state. */
  notes: listOf(isText),
});
export type AnsweredComparison = Infer<typeof isAnsweredComparison>;

/** A step and its loss; null where the loss was not a number. */
const isTrainingPoint = tuple(isNumber, nullable(isNumber));
export type TrainingPoint = Infer<typeof isTrainingPoint>;
/** A step, its loss, and what it came to by the metric that decides. */
const isDevPoint = tuple(isNumber, nullable(isNumber), nullable(isNumber));
export type DevPoint = Infer<typeof isDevPoint>;

/** New points of a run. */
const isCurvePoints = object({
  run: isText,
  /** How many training and dev points went before; 0 starts the curve again. */
  from: isNumber,
  training: listOf(isTrainingPoint),
  dev: listOf(isDevPoint),
});
export type CurvePoints = Infer<typeof isCurvePoints>;

/** What the person has chosen to compare, as the editor keeps it over a restart. */
export const isComparisonChoice = object({ family: nullable(isText), older: isFlag, baseline: nullable(isText) });
export type ComparisonChoice = Infer<typeof isComparisonChoice>;

export const firstChoice: ComparisonChoice = { family: null, older: false, baseline: null };

/** The choice among whatever else was kept with it; the first one where there is none. */
export function choiceIn(kept: unknown): ComparisonChoice {
  if (!isComparisonChoice(kept)) return firstChoice;
  const { family, older, baseline } = kept;
  return { family, older, baseline };
}

/** Commands that the page can run on the family shown. */
const isStartedCommand = oneOf('train', 'evaluateHard', 'compare', 'addAnswers');
export type StartedCommand = Infer<typeof isStartedCommand>;

const isRuns = listOf(isText);
const ofRun = { request: object({ run: isText }), result: isNothing };
const isRowOfToken = object({ token: isText, row: isNumber });

/** The extension's side of the channel; the page serves nothing. */
export const comparisonSide = {
  calls: {
    /**
     * Answers with the state and, as events, all points: when the page is ready, when a choice changes,
     * and when points are missing.
     */
    show: {
      /** `first` for the call of a page that was loaded anew: what it kept may be older than what it was opened on. */
      request: both(isComparisonChoice, object({ first: optional(isFlag) })),
      result: isComparisonState,
    },
    /** What only the answers tell. @throws Failure "outdated" when the token is not that of the present state */
    analyse: { request: object({ token: isText }), result: isAnsweredComparison },
    rows: { request: object({ token: isText, from: isNumber }), result: isRowChunk },
    rowDetail: { request: isRowOfToken, result: isRowDetail },
    /** Opens the data file at a row. */
    showRow: { request: isRowOfToken, result: isNothing },
    inspectPrompt: { request: object({ run: isText }), result: isPromptAnatomy },
    /** Lets a run answer an input; says the number of the question at once. Another input ends what is asked of it. */
    askInput: { request: object({ run: isText, input: tableOf(isText) }), result: object({ question: isNumber }) },
    /** Waits until the answer is longer than `from`, or ended. @throws Failure "outdated" once another is asked */
    answerSoFar: { request: object({ question: isNumber, from: isNumber }), result: isAnswerSoFar },
    /** Ends the answer with what is written. */
    stopAnswer: { request: object({ question: isNumber }), result: isNothing },
    openTemplate: ofRun,
    /** Shows the text that a run was measured with beside the template as it is now. */
    showText: ofRun,
    showLog: ofRun,
    stop: ofRun,
    /** Lets a run that was lost, failed or stopped go on from where it was. */
    resume: ofRun,
    /** Trains a run's settings with so many further seeds. */
    trainMoreSeeds: { request: object({ run: isText, count: isNumber }), result: isNothing },
    /** Names the runs of a study; an empty name takes it away. */
    rename: { request: object({ runs: isRuns, name: isText }), result: isNothing },
    star: { request: object({ runs: isRuns, starred: isFlag }), result: isNothing },
    /** Opens the editor's own comparison of two runs' templates. */
    diffTemplates: { request: object({ left: isText, right: isText }), result: isNothing },
    /** Puts the run's rewritten instruction into its template, as an edit that can be undone. */
    applyInstruction: ofRun,
    /** Opens the run's page where it shows the texts that its search has kept. */
    openFront: ofRun,
    ...frontCalls,
    /** Runs the command of that name on the family shown. */
    start: { request: object({ command: isStartedCommand }), result: isNothing },
    /** Writes the report on the runs shown, compared with the baseline's run, to a file that the person names. */
    exportReport: { request: object({ runs: isRuns, baseline: optional(isText) }), result: isNothing },
    copyText: { request: object({ text: isText, what: isText }), result: isNothing },
    /** Opens every number of every study as a new document, in the form that the command line writes too. */
    exportTable: { request: object({ format: oneOf('csv', 'json') }), result: isNothing },
    /** Opens every answer to some rows, with all its scores and reasons, as a new document. */
    exportRows: {
      request: object({ token: isText, rows: listOf(isNumber), format: oneOf('csv', 'json') }),
      result: isNothing,
    },
    /** Opens a text as a new document. */
    openDocument: {
      request: object({ language: oneOf('csv', 'json', 'xml', 'markdown'), content: isText }),
      result: isNothing,
    },
  },
  /** What the extension says unasked. */
  events: { state: isComparisonState, points: isCurvePoints, measuring: isMeasuringTexts },
} as const satisfies Side;
export type ComparisonCalls = (typeof comparisonSide)['calls'];
