import {
  isFlag,
  isNumber,
  isObject,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  tableOf,
  type Guard,
  type Infer,
} from '../../channel/guards';
import { isHostedFacts } from '../../endpoint/plan/hostedFacts';
import type { Settings } from '../../template/settings/settings';
import { isLikeliestTokens } from '../../scoring/likelihood/likeliest';
import { isRecordedConstraint } from '../../scoring/recordedConstraint';
import { isFrontText, type AcceptedEdit } from '../../tuning/search/front/frontText';
import { isRecordedForm } from '../../objective/recordedForm';
import { isRecordedExamples } from './recordedExamples';
import { isProvenance, isSelection, isShared } from './provenance';
import { isRunMethod, isSplit, type RunStatus } from './words/recordWords';
import { isDevScore } from '../../scoring/devScore';
import { isFieldResults } from '../../scoring/fields/fieldResults';
import { isSlurmJob } from '../slurm/slurmJob';
import { isMeasuredMetrics } from './measuredMetric';
import { isStoredInterval, isStoredNumber } from '../../channel/storedNumber';

/** The guard of a type whose inside is not looked at further than this. */
const vouchedBy =
  <T>(test: (value: unknown) => boolean): Guard<T> =>
  (value): value is T =>
    test(value);

/** The same where a kind of task, or an earlier version, has none; readers show what is there. */
const isMeasure = vouchedBy<number>(optional(nullable(isNumber)));

/** What an evaluation on one split came to. */
export const isEvaluation = object({
  method: isRunMethod,
  split: isSplit,
  /** Rows. */
  n: isNumber,
  accuracy: isMeasure,
  /** Wilson 95 % interval of the accuracy; absent for rows that were trained on, of which it says nothing. */
  accuracyInterval: optional(isStoredInterval),
  macroF1: isMeasure,
  /**
   * What each metric came to, the one that decides first; absent where labels are judged by their accuracy, and in runs
   * of earlier versions.
   */
  metrics: optional(isMeasuredMetrics),
  /** Of answers that are JSON: what each field came to; runs of earlier versions lack it. */
  fields: optional(listOf(isFieldResults)),
  /** Mean objective over the examples. */
  loss: isStoredNumber,
  /** Mean negative log-likelihood per answer token, in nats. */
  tokenLoss: isMeasure,
  /**
   * Mean over the rows of the probability that the labels' words have together at the answer slot; absent for
   * generation, and in runs of earlier versions.
   */
  labelMass: optional(isStoredNumber),
  /** The tokens that are likeliest there, where that probability is low. */
  likeliest: optional(isLikeliestTokens),
  /** The most frequent label of the split and the accuracy of always answering it; absent for generation. */
  majority: optional(object({ label: isText, accuracy: isStoredNumber })),
  tokensPerSecond: isMeasure,
  /** Mean prompt length, virtual tokens included. */
  promptTokens: isMeasure,
  /** Mean time of the evaluation for a row, model loaded; runs of earlier versions lack it. */
  secondsPerRow: optional(isStoredNumber),
  trainedParameters: isMeasure,
  seconds: isMeasure,
  peakMemoryBytes: isMeasure,
  /** Run id; null for a hard prompt evaluated outside a run. */
  run: vouchedBy<string | null>(optional(nullable(isText))),
  /** How the model read the prompts; runs of earlier versions lack it. */
  form: optional(isRecordedForm),
  /** What JSON answers were held to; absent where they were free, and in runs of earlier versions. */
  constraint: optional(isRecordedConstraint),
  /** Of a model that runs elsewhere: where, how its labels were decided, and what got no answer. */
  hosted: optional(isHostedFacts),
  /** Where the numbers come from; runs of earlier versions lack it. */
  provenance: optional(isProvenance),
});
export type EvaluationResult = Infer<typeof isEvaluation>;

export const isProgress = object({
  phase: oneOf('waiting', 'loading', 'checking', 'examples', 'searching', 'sweep', 'training', 'testing', 'finished'),
  /** Of the phase: steps of the training, rows that are checked or tested, steps with the rate that is tried. */
  step: isNumber,
  steps: isNumber,
  /** Which rate of how many is tried; runs of earlier versions count these as steps. */
  trial: optional(isNumber),
  trials: optional(isNumber),
  /** Steps of all trials; in runs of earlier versions each trial has as many as the others. */
  done: optional(isNumber),
  all: optional(isNumber),
  loss: optional(isStoredNumber),
  devAccuracy: optional(isStoredNumber),
  /** By the metric that decides, where that is not the accuracy. */
  devScore: optional(isDevScore),
  secondsLeft: optional(isStoredNumber),
});
export type RunProgress = Infer<typeof isProgress>;

/**
 * A task description before and after the search; both as they stand in the file. They are equal where nothing better
 * was found.
 */
const isRewriting = object({
  original: isText,
  instruction: isText,
  /** The whole template with the instruction exchanged. */
  text: isText,
  edits: vouchedBy<readonly AcceptedEdit[]>(Array.isArray),
  /**
   * What the search found besides, see `isFrontText`: the best text at each readability and length, the original among
   * them, from the best to read. Runs of earlier versions lack it.
   */
  front: optional(listOf(isFrontText)),
});
export type Rewriting = Infer<typeof isRewriting>;

/** A text of the front that was not chosen, measured on test because a person asked for it. */
const isTextOnTest = object({
  text: isText,
  /** When it was measured (ISO 8601). */
  measured: isText,
  result: isEvaluation,
  /** By the metric that decides, less the original on the same rows, with its interval (95 %). */
  gain: object({ mean: isStoredNumber, interval: isStoredInterval }),
  /** Of no difference from the original, as for the only text that was measured; see `frontOfRun`. */
  p: isStoredNumber,
});
export type TextOnTest = Infer<typeof isTextOnTest>;

/** A data file. Runs of earlier versions lack its rows that other splits have too, and how many were shortened. */
const isSource = object({
  path: isText,
  rows: isMeasure,
  sha256: isText,
  shared: optional(isShared),
  shortened: optional(isNumber),
});

/** Answers that were not produced here. */
const isGivenAnswers = object({
  /** What they were called when they were added; a person may call the run otherwise since. */
  name: isText,
  /** Absolute path of their file, its SHA-256, and when it was read (ISO 8601). */
  file: isText,
  sha256: isText,
  read: isText,
  /** How they were put beside the rows: by the columns that the template reads, or one after the other. */
  matched: oneOf('inputs', 'order'),
  /** Answers to a task of labels that are none of them, which count as wrong; absent for texts. */
  unlisted: optional(isNumber),
});
export type GivenAnswers = Infer<typeof isGivenAnswers>;

/** A stay of a run on a node of a cluster. */
const isAllocation = object({
  /** Slurm's task, and how often it had been started before. */
  job: isText,
  restarts: isNumber,
  host: isText,
  /** The processor's name; numbers are the same bit for bit on like ones alone. */
  processor: isText,
  threads: isNumber,
  /** Steps that had been taken when it began. */
  step: isNumber,
});
export type Allocation = Infer<typeof isAllocation>;

/** `run.json`: everything needed to repeat, resume and explain a run. */
export const isRunRecord = object({
  format: oneOf(1),
  id: isText,
  /** What a person calls it, notes of it and whether it is starred; read from `labels.json`. */
  name: optional(isText),
  note: optional(isText),
  starred: optional(isFlag),
  /** What Slurm says of a run that waits or works there; read from `slurm.json` and what Slurm last said. */
  slurm: optional(isSlurmJob),
  /** Where a run with Slurm has been at work, one after the other. */
  allocations: optional(listOf(isAllocation)),
  /** The study that the run is part of: trainings that differ only in the settings named. */
  study: optional(object({ id: isText, varied: listOf(isText) })),
  method: isRunMethod,
  /** `partials` are the texts of the parts it includes; runs of earlier versions lack them. */
  template: object({
    path: isText,
    text: isText,
    sha256: vouchedBy<string>(optional(isText)),
    partials: optional(tableOf(isText)),
  }),
  settings: vouchedBy<Settings>(isObject),
  /** Of a run of `answers`: where they come from. Nothing else is known of how they came about. */
  given: optional(isGivenAnswers),
  data: object({ train: optional(isSource), dev: optional(isSource), test: optional(isSource) }),
  /** How the model reads the prompts, once the run has opened it; runs of earlier versions lack it. */
  form: optional(isRecordedForm),
  model: object({ id: isText, path: isText, sha256: isText, parameters: isMeasure }),
  /**
   * `provider` ran the graphs; `providerNote` says why it is another than was asked for. Earlier versions lack both.
   */
  versions: vouchedBy<{
    readonly promptTuner: string;
    /** How numbers were computed; earlier versions lack it. */
    readonly numbers?: number;
    readonly node: string;
    readonly onnxruntime: string;
    readonly provider?: string;
    readonly providerNote?: string;
  }>(isObject),
  status: vouchedBy<RunStatus>(oneOf('queued', 'running', 'done', 'stopped', 'failed')),
  /** Process that works on the run, and when it last said so (ISO 8601). */
  process: optional(
    object({
      pid: isNumber,
      heartbeat: isText,
      /** Milliseconds between its heartbeats, where they are not the usual ones. */
      interval: optional(isNumber),
    }),
  ),
  /**
   * How many holders the run has had; what one of them writes after another has taken over is refused. Runs of earlier
   * versions lack it.
   */
  generation: optional(isNumber),
  created: isText,
  started: optional(isText),
  finished: optional(isText),
  progress: isProgress,
  error: optional(object({ code: isText, message: isText })),
  result: optional(isEvaluation),
  /** What the search for a better instruction came to, before the training that went on from it. */
  rewritten: optional(isRewriting),
  /** The examples that every prompt of the run shows, chosen before all else. */
  examples: optional(isRecordedExamples),
  /** Without anything learned, the text as it was written and as it was rewritten, on the split of `result`. */
  originalResult: optional(isEvaluation),
  textResult: optional(isEvaluation),
  /**
   * What the rewritten text came to by the metric that decides, less the original on the same rows, with its paired
   * bootstrap interval (95 %), and the p of no difference, which runs of earlier versions lack.
   */
  textGain: optional(object({ mean: isStoredNumber, interval: isStoredInterval, p: optional(isStoredNumber) })),
  /** Other texts of the front that were measured on test since, in that order. */
  textsOnTest: optional(listOf(isTextOnTest)),
  /** The label that nearly all rows of `result` were called, although the data are more varied. */
  collapsed: optional(isText),
  /** The dev evaluation that chose the kept prompt. */
  best: optional(object({ step: isNumber, loss: isMeasure, accuracy: isMeasure, score: optional(isDevScore) })),
  /** The adapter that the training began with. */
  initFrom: optional(isText),
  /** Seconds of the training, once it has come to its end. */
  trainingSeconds: optional(isNumber),
  /** How the kept prompt was chosen, once its training has come to its end. */
  selection: optional(isSelection),
  /** Learning rate in force, once `auto` has been settled. */
  learningRate: optional(isNumber),
});
export type RunRecord = Infer<typeof isRunRecord>;
