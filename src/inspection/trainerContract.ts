import {
  both,
  isFlag,
  isNothing,
  isNumber,
  isObject,
  isText,
  listOf,
  nullable,
  object,
  optional,
  tableOf,
  type Infer,
} from '../channel/guards';
import { isEditorAnswer, isEditorQuestion } from '../endpoint/editorQuestion';
import { isEndpointAccess } from '../endpoint/endpointAccess';
import { isRequestPlan } from '../endpoint/plan/requestPlan';
import type { Calls, Events, Side } from '../channel/messageChannel';
import { isMethod, isSplit } from '../runs/record/words/recordWords';
import { inspectionCalls } from './inspectorContract';
import { isRowPrediction } from './rowPrediction';
import { isHostedEnd, isHostedTraining } from './hosted/hostedTraining';
import { isTrainingEstimate } from './estimate/trainingEstimate';

/** First thing the trainer says; another number means that extension and trainer come from different builds. */
export const protocolVersion = 7;

export const isPredictRequest = object({
  /** Absolute path of the template. */
  file: isText,
  /** Its text where that is not what the file holds: a document that is not saved. */
  text: optional(isText),
  split: isSplit,
  /** Row of the split, from 0. */
  row: isNumber,
  /** Run whose trained prompt is put in; without it the text stands alone. */
  run: optional(isText),
  /** The runs folder. */
  runs: isText,
});
export type PredictRequest = Infer<typeof isPredictRequest>;

export const isMeasureRequest = object({
  /** Absolute path of the template. */
  file: isText,
  method: isMethod,
  /** Settings that outrank the template's: `tune.*` keys with YAML values, one value each. */
  set: tableOf(isText),
});
export type MeasureRequest = Infer<typeof isMeasureRequest>;

export const isScoreRequest = object({
  /** Absolute path of the template. */
  file: isText,
  /** Absolute path of the file of answers, which a person has chosen. */
  predictions: isText,
  split: isSplit,
  name: isText,
  /** The runs folder. */
  runs: isText,
});
export type ScoredFileRequest = Infer<typeof isScoreRequest>;

const isTextOfRun = object({ folder: isText, text: isText });

/** Calls of which each is a piece of work, done one after the other. */
const workCalls = {
  ...inspectionCalls,
  /** What the model makes of one row; leaves nothing on disk. */
  predict: { request: isPredictRequest, result: isRowPrediction },
  /** What a training would cost, from steps really taken; leaves nothing on disk. */
  measure: { request: isMeasureRequest, result: isTrainingEstimate },
  /** What measuring a template at its endpoint will send; null where its model runs here. */
  planHosted: {
    request: object({ file: isText, set: optional(isObject), access: isEndpointAccess }),
    result: nullable(isRequestPlan),
  },
  /** Measures a template at its endpoint, in a new run or in that of the folder; comes back at its end. */
  measureHosted: {
    request: object({
      file: isText,
      set: optional(isObject),
      runs: isText,
      folder: optional(isText),
      access: isEndpointAccess,
    }),
    result: isNothing,
  },
  /** What a training will send to models that write instructions for it; none where it asks nobody elsewhere. */
  planProposals: {
    request: object({ file: isText, method: isMethod, set: isObject, access: isEndpointAccess }),
    result: listOf(isRequestPlan),
  },
  /** Trains in a new run or in that of the folder, asking models elsewhere for instructions; comes back at its end. */
  trainHosted: { request: isHostedTraining, result: isHostedEnd },
  /** Measures a text of a run's front on test and keeps that with the run; comes back at its end or once stopped. */
  measureText: { request: isTextOfRun, result: object({ measured: isFlag }) },
  /** Stops measuring a text, also where it still waits for its turn. */
  stopMeasuring: { request: isTextOfRun, result: isNothing },
  /** Measures answers that were not produced here and keeps them as a run, whose id and result in words come back. */
  score: {
    request: isScoreRequest,
    result: object({ run: isText, summary: isText, replaced: listOf(isText) }),
  },
} as const satisfies Calls;
export type WorkCalls = typeof workCalls;

/**
 * Calls that a window makes to the trainer that it has forked.
 * Runs go another way, over the queue on disk, because they outlive the window.
 */
const calls = {
  ...workCalls,
  /** What templates may read from now on; anything where `within` is absent. */
  confine: { request: object({ within: optional(listOf(isText)) }), result: isNothing },
  /** Ends the answer that is being worked on. */
  stop: { request: isObject, result: isNothing },
} as const satisfies Calls;

/** What the trainer says unasked. */
const events = {
  ready: object({ version: isNumber }),
  log: object({ line: isText }),
  /** How far the measurement of a text is, in rows. */
  measuring: both(isTextOfRun, object({ done: isNumber, total: isNumber })),
  /** A question to the editor is no longer wanted. */
  letGo: object({ id: isNumber }),
} as const satisfies Events;

/** The window's side of the channel: its language models, which no other program can ask. */
export const editorSide = {
  calls: { askEditor: { request: object({ id: isNumber, question: isEditorQuestion }), result: isEditorAnswer } },
  events: {},
} as const satisfies Side;

/** The trainer's side of the channel. */
export const inspectorSide = { calls, events } as const satisfies Side;
