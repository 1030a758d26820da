import type { ConfusionMatrix } from '../scoring/classification';
import type { Reliability } from '../scoring/statistics/calibration';
import type { MeanInterval } from '../scoring/statistics/interval';
import type { Verdict } from '../scoring/statistics/verdict';
import type { Method } from '../template/settings/settings';
import type { PredictionLine } from '../runs/store/predictionLine';
import type { RunRecord } from '../runs/store/record';
import type { Split } from '../runs/store/recordWords';

/** Runs of one method on one template that differ in nothing but the seed, with all their answers. */
export interface MeasuredStudy {
  /** Tells studies apart; stays the same while runs come and go. */
  readonly key: string;
  /** What a person reads; the method where it is left out. */
  readonly name?: string;
  /** Lowest seed first. */
  readonly trials: readonly MeasuredTrial[];
  /** Bytes of the trained prompt on disk; 0 for a hard prompt. */
  readonly adapterBytes: number;
}

export interface MeasuredTrial {
  readonly record: RunRecord;
  readonly predictions: readonly PredictionLine[];
}

/** A mean with its 95 % interval. */
export type Estimate = MeanInterval;

/** A study against the baseline on the same rows. */
export interface PairedDifference extends Estimate {
  /** Rows that both have. */
  readonly rows: number;
  /** Rows that only the study has right, and those that only the baseline has right; means over the seeds. */
  readonly gained: number;
  readonly lost: number;
  /** `mcnemar`: McNemar's exact test, for one run each; `seeds`: Student's t over seeds and rows. */
  readonly test: 'mcnemar' | 'seeds';
  /** Corrected by Holm for all comparisons with the baseline. */
  readonly p: number;
  readonly verdict: Verdict;
  /** The verdict in a sentence. */
  readonly words: string;
}

/** What a study costs, and its loss in nats: means over the seeds. */
export interface StudyCosts {
  readonly loss: number | null;
  readonly trainedParameters: number;
  /** Of a whole run, training included. */
  readonly seconds: number;
  readonly promptTokens: number;
  /** Time of the evaluation for a row, the model loaded; null for runs that did not measure it. */
  readonly secondsPerRow: number | null;
  /** The largest. */
  readonly peakMemoryBytes: number;
}

/** Everything that is known of one line of a comparison. Measures are means over the seeds; rates are fractions, losses nats. */
export interface StudyAnalysis extends StudyCosts {
  readonly key: string;
  readonly name: string;
  readonly method: Method;
  /** Runs and their seeds that have results on the same rows, lowest seed first. */
  readonly runs: readonly string[];
  readonly seeds: readonly number[];
  readonly split: Split | null;
  /** Rows that all its seeds were measured on. */
  readonly n: number;
  /** Wilson's interval for one seed, a bootstrap over seeds and rows for several; null without results. */
  readonly accuracy: Estimate | null;
  /** Of each seed. */
  readonly accuracies: readonly number[];
  /** Standard deviation of those (n − 1); null for one seed. */
  readonly spread: number | null;
  /** Null for a generation task. */
  readonly macroF1: Estimate | null;
  readonly adapterBytes: number;
  /** Null for the baseline itself, and where rows cannot be paired. */
  readonly difference: PairedDifference | null;
  /** Why there is no difference, in words; empty where there is one. */
  readonly without: string;
  /** Summed over the seeds; null for a generation task. */
  readonly confusion: ConfusionMatrix | null;
  /** Of the labels answered, over all seeds; null for a generation task. */
  readonly reliability: Reliability | null;
}

export interface ComparisonAnalysis {
  /** In the order given. */
  readonly studies: readonly StudyAnalysis[];
  /** Key of the study that the others are measured against. */
  readonly baseline: string | null;
  /** What was left out and why, a sentence each. */
  readonly dropped: readonly string[];
  /** Rows, seeds, split, intervals, test, correction, verdicts, and all that is in `dropped`: a sentence each. */
  readonly notes: readonly string[];
}
