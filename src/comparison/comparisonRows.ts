import type { Verdict } from '../scoring/statistics/verdict';
import type { Method } from '../template/settings/settings';
import type { Estimate, PairedDifference, StudyAnalysis } from './studyAnalysis';
import { comparedTasks } from './taskComparison';
import type { EvaluationResult, Rewriting, RunRecord } from '../runs/store/record';
import type { RunStatus } from '../runs/store/recordWords';
import type { Entry } from './trial';

/** Gain over the baseline of the task on the same rows. */
export interface Gain {
  /** First run of the baseline. */
  readonly against: string;
  /** Difference of the accuracies, as a fraction, and its paired bootstrap interval (95 %): over rows, and over seeds where there are several. */
  readonly mean: number;
  readonly interval: readonly [number, number];
  /** McNemar's exact test where each method ran once, else Student's t over seeds and rows; after Holm over the task's comparisons. */
  readonly p: number;
  readonly verdict: Verdict;
  /** The verdict in a sentence. */
  readonly words: string;
}

/** A row of the comparison. With several seeds, measures are means over them. */
export interface ComparisonRow {
  readonly task: string;
  readonly file: string;
  readonly template: string;
  readonly method: Method;
  /** Tuned by forward passes alone. */
  readonly blackBox?: boolean;
  readonly status: RunStatus;
  readonly runs: readonly string[];
  readonly result?: EvaluationResult;
  /** Accuracy of each seed, where there are several. */
  readonly accuracies?: readonly number[];
  /** Standard deviation of those accuracies (n − 1). */
  readonly spread?: number;
  /** What each run made of the task description, where it rewrote any. */
  readonly rewritings?: readonly RewritingRow[];
  /** Runs that called nearly every row by one label. */
  readonly collapsed?: readonly { readonly run: string; readonly seed: number; readonly label: string }[];
  readonly gain?: Gain;
  readonly error?: { readonly code: string; readonly message: string };
}

/** One run's task description before and after, and what each text does without anything learned. */
export interface RewritingRow
  extends
    Pick<Rewriting, 'original' | 'instruction' | 'edits'>,
    Pick<RunRecord, 'originalResult' | 'textResult' | 'textGain'> {
  readonly run: string;
  readonly seed: number;
}

export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  readonly entries: readonly Entry[];
  readonly stopped: boolean;
}

/** Puts the entries side by side: each against the baseline of its task, as the report and the panel do. */
export function compareEntries(entries: readonly Entry[]): readonly ComparisonRow[] {
  const studies = comparedTasks(entries).flatMap((task) =>
    task.studies.map(({ entry, analysis }) => ({ entry, analysis, baseline: task.analysis.baseline })),
  );
  return entries.map((entry) => {
    const study = studies.find((candidate) => candidate.entry === entry);
    return rowOf(entry, study?.analysis, study?.baseline ?? null);
  });
}

function rowOf(entry: Entry, analysis: StudyAnalysis | undefined, baseline: string | null): ComparisonRow {
  const results = entry.trials.flatMap(({ record }) => record.result ?? []);
  const rewritings = entry.trials.flatMap(({ record }) => rewritingOf(record));
  const collapsed = entry.trials.flatMap(
    ({
      record: {
        id: run,
        settings: { seed },
        collapsed: label,
      },
    }) => (label === undefined ? [] : [{ run, seed, label }]),
  );
  return {
    task: entry.task,
    file: entry.file,
    template: entry.template,
    method: entry.method,
    ...(entry.method !== 'hard' && entry.trials.some(({ record }) => record.settings.blackBox) && { blackBox: true }),
    status: entry.trials.at(-1)?.record.status ?? 'failed',
    runs: entry.trials.map(({ record }) => record.id),
    ...(results.length > 0 && { result: meanResult(results, analysis?.accuracy) }),
    ...(results.length > 1 && spreadOf(results.map(({ accuracy }) => accuracy))),
    ...(rewritings.length > 0 && { rewritings }),
    ...(collapsed.length > 0 && { collapsed }),
    ...(analysis?.difference && baseline !== null && { gain: gainOf(analysis.difference, baseline) }),
    ...(entry.failure && { error: { code: entry.failure.code, message: entry.failure.message } }),
  };
}

/** @param against the baseline's key, which is its first run's id */
function gainOf({ mean, low, high, p, verdict, words }: PairedDifference, against: string): Gain {
  return { against, mean, interval: [low, high], p, verdict, words };
}

function spreadOf(accuracies: readonly number[]): Required<Pick<ComparisonRow, 'accuracies' | 'spread'>> {
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
  const variance = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (accuracies.length - 1);
  return { accuracies, spread: Math.sqrt(variance) };
}

function rewritingOf({
  id: run,
  settings: { seed },
  rewritten,
  originalResult,
  textResult,
  textGain,
}: RunRecord): readonly RewritingRow[] {
  if (!rewritten) return [];
  const { original, instruction, edits } = rewritten;
  return [{ run, seed, original, instruction, edits, originalResult, textResult, textGain }];
}

/** Means over seeds; memory is the largest. */
function meanResult(results: readonly EvaluationResult[], interval: Estimate | null | undefined): EvaluationResult {
  const first = results[0]!;
  if (results.length === 1) return first;
  const mean = (measure: (result: EvaluationResult) => number) =>
    results.reduce((sum, result) => sum + measure(result), 0) / results.length;
  return {
    ...first,
    accuracy: mean(({ accuracy }) => accuracy),
    accuracyInterval: interval ? [interval.low, interval.high] : first.accuracyInterval,
    macroF1: mean(({ macroF1 }) => macroF1),
    loss: mean(({ loss }) => loss),
    tokenLoss: mean(({ tokenLoss }) => tokenLoss),
    tokensPerSecond: mean(({ tokensPerSecond }) => tokensPerSecond),
    ...(first.secondsPerRow !== undefined && {
      secondsPerRow: mean(({ secondsPerRow }) => secondsPerRow ?? Number.NaN),
    }),
    seconds: mean(({ seconds }) => seconds),
    peakMemoryBytes: Math.max(...results.map(({ peakMemoryBytes }) => peakMemoryBytes)),
  };
}
