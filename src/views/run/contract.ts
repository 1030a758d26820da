import { isAnswerFields } from '../../scoring/fields/answerFields';
import { isFieldResults } from '../../scoring/fields/fieldResults';
import { isMetricFace } from '../../scoring/metricFace';
import type { Side } from '../../channel/messageChannel';
import {
  isFlag,
  isNothing,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  tuple,
  type Infer,
} from '../../channel/guards';
import { isRunStatus } from '../../runs/record/words/recordWords';
import { isSamplesLine } from '../../runs/store/files/samplesLine';
import { hues } from '../runs/runColours';
import { frontCalls, isMeasuringTexts, isShownFront } from '../front/contract';

export type { SamplesLine } from '../../runs/store/files/samplesLine';

export { inSentence, type MetricFace } from '../../scoring/metricFace';
export type { AnswerFields } from '../../scoring/fields/answerFields';
export type { FieldResults } from '../../scoring/fields/fieldResults';
export { stateWord } from '../../runs/record/words/recordWords';
export { fieldTable, fieldsNote, nameOfField } from '../../scoring/fields/fieldTable';

/** A name and what it stands for, as a person reads them. */
const isFact = object({ name: isText, value: isText });
export type Fact = Infer<typeof isFact>;

/** What can be done with a run from its page; each is a command of the same name. */
const isRunAction = oneOf(
  'stop',
  'resume',
  'trainAgain',
  'continueRun',
  'openComparison',
  'openTemplate',
  'showText',
  'predictRows',
  'exportRun',
  'showLog',
  'showSlurmLog',
  'learnMore',
  'revealRun',
);
export type RunAction = Infer<typeof isRunAction>;

/** Everything the page shows but curves, samples and log. */
const isRunPageState = object({
  run: isText,
  title: isText,
  subtitle: isText,
  status: isRunStatus,
  /** Whether it is in the queue and not to begin. */
  isPaused: isFlag,
  /** What the run is doing, or how it ended. */
  state: isText,
  /** How far it is; null where there is nothing to count. */
  progress: nullable(object({ step: isNumber, steps: isNumber })),
  timeLeft: nullable(isText),
  /** Why it failed, with what to do. */
  problem: nullable(isText),
  note: nullable(isText),
  /** What must be known before the result is believed; null where there is nothing. */
  warning: nullable(isText),
  /** In a sentence, that the template asks otherwise by now; null where it does not. */
  older: nullable(isText),
  /** Badge and colour while it is chosen for comparison. */
  mark: nullable(object({ badge: isText, hue: oneOf(...hues) })),
  /** What the evaluations on dev are judged by. */
  devMetric: isMetricFace,
  /** The numbers that matter most now. */
  tiles: listOf(isFact),
  /** Of answers that are JSON, what each field came to; null for others, and where only the answers tell. */
  fields: nullable(listOf(isFieldResults)),
  facts: listOf(isFact),
  settings: listOf(isFact),
  /** The task description before and after the search, where one was made. */
  rewritten: nullable(object({ before: isText, after: isText })),
  /** What else the search has kept; null where there is nothing, and for runs of earlier versions. */
  front: nullable(isShownFront),
  actions: listOf(object({ action: isRunAction, label: isText })),
});
export type RunPageState = Infer<typeof isRunPageState>;

/** Step, loss (null where it was not a number), learning rate, examples a second, bytes of resident memory. */
const isTrainingPoint = tuple(isNumber, nullable(isNumber), nullable(isNumber), nullable(isNumber), nullable(isNumber));
export type TrainingPoint = Infer<typeof isTrainingPoint>;
/** A step, its loss, and what it came to by the metric that decides. */
const isDevPoint = tuple(isNumber, nullable(isNumber), nullable(isNumber));
export type DevPoint = Infer<typeof isDevPoint>;

/** New points. */
const isRunPoints = object({
  /** How many training and dev points went before; 0 starts the curves again. */
  from: isNumber,
  training: listOf(isTrainingPoint),
  dev: listOf(isDevPoint),
});
export type RunPoints = Infer<typeof isRunPoints>;

/** A row of a free text task: what was asked, what was written, and what the data have in that place. */
const isGivenAnswer = object({
  row: isNumber,
  input: isText,
  /** The right answers, of which the first stands in the data first. */
  references: listOf(isText),
  answer: isText,
  /** What each metric says of it, the one that decides first; null where it could not judge it. */
  scores: listOf(object({ metric: isMetricFace, score: nullable(isNumber), reason: isText })),
  /** Of an answer that is to be JSON; null for others. */
  fields: nullable(isAnswerFields),
  /** Whether the budget of tokens ended the answer. */
  truncated: isFlag,
});
export type GivenAnswer = Infer<typeof isGivenAnswer>;

/** New lines of the log. */
const isLogLines = object({
  /** Whether they are all there are. */
  fresh: isFlag,
  lines: listOf(isText),
});
export type LogLines = Infer<typeof isLogLines>;

/** What the editor keeps of the page over a restart. */
export const isKeptRunPage = object({ run: isText });
export type KeptRunPage = Infer<typeof isKeptRunPage>;

/** A part of the page that others lead to. */
const isPagePart = oneOf('front');
export type PagePart = Infer<typeof isPagePart>;

/** The extension's side of the channel; the page serves nothing. */
export const runPageSide = {
  calls: {
    /** Answers with the state and, as events, everything else from the beginning. */
    show: { request: object({}), result: isRunPageState },
    act: { request: object({ action: isRunAction }), result: isNothing },
    ...frontCalls,
  },
  events: {
    state: isRunPageState,
    points: isRunPoints,
    samples: listOf(isSamplesLine),
    /** Some answers of the split that was measured; none of a task that has labels. */
    answers: listOf(isGivenAnswer),
    /** What the fields of JSON answers came to, of a run that was measured before that was kept with its result. */
    fields: listOf(isFieldResults),
    log: isLogLines,
    measuring: isMeasuringTexts,
    /** The page was opened on a part of it, which it brings into view. */
    goTo: isPagePart,
  },
} as const satisfies Side;
