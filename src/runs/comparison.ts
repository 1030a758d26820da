import type { Failure } from '../failure';
import { exactMcNemar, holm, pairedBootstrap } from '../scoring/statistics';
import type { Method } from '../template/settings';
import type { EvaluationResult, MetricLine, PredictionLine, Rewriting, RunRecord, RunStatus } from './record';

/** One run of a method: what is kept of it for the comparison. */
export interface Trial {
  readonly record: RunRecord;
  readonly folder: string;
  readonly predictions: readonly PredictionLine[];
  readonly metrics: readonly MetricLine[];
}

/** A template under one method, with a trial for each seed. */
export interface Entry {
  readonly task: string;
  readonly file: string;
  readonly template: string;
  readonly method: Method;
  readonly trials: readonly Trial[];
  readonly failure?: Failure;
}

/** Gain over the hard prompt on the same rows. */
export interface Gain {
  /** Run id of the hard prompt compared with. */
  readonly against: string;
  /** Difference of the accuracies, as a fraction, and its paired bootstrap interval (95 %). */
  readonly mean: number;
  readonly interval: readonly [number, number];
  /** Exact McNemar test, after Holm over the task's comparisons; only where each method ran once. */
  readonly p?: number;
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
export interface RewritingRow extends Pick<Rewriting, 'original' | 'instruction' | 'edits'>, Pick<RunRecord, 'originalResult' | 'textResult' | 'textGain'> {
  readonly run: string;
  readonly seed: number;
}

export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  readonly entries: readonly Entry[];
  readonly stopped: boolean;
}

/** Seed of the resampling, so that the same predictions always give the same interval. */
const bootstrapSeed = 1;

/** Puts the entries side by side: each against the hard prompt of its own file, or else of the first file of its task. */
export function compareEntries(entries: readonly Entry[]): readonly ComparisonRow[] {
  const rows = entries.map((entry) => rowOf(entry, baselineOf(entry, entries)));
  const tasks = [...new Set(rows.map(({ task }) => task))];
  const adjusted = new Map(tasks.flatMap((task) => adjust(rows.filter((row) => row.task === task))));
  return rows.map((row) => {
    const p = adjusted.get(row);
    return row.gain && p !== undefined ? { ...row, gain: { ...row.gain, p } } : row;
  });
}

function rowOf(entry: Entry, baseline: Entry | undefined): ComparisonRow {
  const results = entry.trials.flatMap(({ record }) => record.result ?? []);
  const rewritings = entry.trials.flatMap(({ record }) => rewritingOf(record));
  const collapsed = entry.trials.flatMap(({ record: { id: run, settings: { seed }, collapsed: label } }) => (label === undefined ? [] : [{ run, seed, label }]));
  return {
    task: entry.task,
    file: entry.file,
    template: entry.template,
    method: entry.method,
    ...(entry.method !== 'hard' && entry.trials.some(({ record }) => record.settings.blackBox) && { blackBox: true }),
    status: entry.trials.at(-1)?.record.status ?? 'failed',
    runs: entry.trials.map(({ record }) => record.id),
    ...(results.length > 0 && { result: meanResult(results, entry.trials) }),
    ...(results.length > 1 && spreadOf(results.map(({ accuracy }) => accuracy))),
    ...(rewritings.length > 0 && { rewritings }),
    ...(collapsed.length > 0 && { collapsed }),
    ...(baseline && results.length > 0 && { gain: gainOf(entry, baseline) }),
    ...(entry.failure && { error: { code: entry.failure.code, message: entry.failure.message } }),
  };
}

function spreadOf(accuracies: readonly number[]): Required<Pick<ComparisonRow, 'accuracies' | 'spread'>> {
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
  const variance = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (accuracies.length - 1);
  return { accuracies, spread: Math.sqrt(variance) };
}

function rewritingOf({ id: run, settings: { seed }, rewritten, originalResult, textResult, textGain }: RunRecord): readonly RewritingRow[] {
  if (!rewritten) return [];
  const { original, instruction, edits } = rewritten;
  return [{ run, seed, original, instruction, edits, originalResult, textResult, textGain }];
}

function baselineOf(entry: Entry, entries: readonly Entry[]): Entry | undefined {
  const hard = entries.filter((other) => other.task === entry.task && other.method === 'hard' && other.trials.some(({ record }) => record.result));
  const own = hard.find(({ file }) => file === entry.file);
  const baseline = own ?? hard[0];
  return entry.method === 'hard' ? (hard[0] !== entry ? hard[0] : undefined) : baseline;
}

function gainOf(entry: Entry, baseline: Entry): Gain | undefined {
  if (dataOf(entry) !== dataOf(baseline)) return undefined;
  const ours = correctness(entry.trials);
  const theirs = correctness(baseline.trials);
  const shared = [...ours.keys()].filter((row) => theirs.has(row));
  if (shared.length === 0) return undefined;
  const { mean, low, high } = pairedBootstrap(shared.map((row) => ours.get(row)! - theirs.get(row)!), { seed: bootstrapSeed });
  const once = entry.trials.length === 1 && baseline.trials.length === 1;
  return {
    against: baseline.trials[0]!.record.id,
    mean,
    interval: [low, high],
    ...(once && { p: exactMcNemar(
      shared.filter((row) => ours.get(row)! > theirs.get(row)!).length,
      shared.filter((row) => ours.get(row)! < theirs.get(row)!).length,
    ) }),
  };
}

/** Hash of the data that an entry was measured on: rows of different files cannot be paired. */
function dataOf({ trials }: Entry): string | undefined {
  const record = trials.find((trial) => trial.record.result)?.record;
  return record?.result && record.data[record.result.split]?.sha256;
}

/** How often each row of the split was answered rightly, over the trials, as a fraction. */
function correctness(trials: readonly Trial[]): ReadonlyMap<number, number> {
  const evaluated = trials.filter(({ predictions }) => predictions.length > 0);
  const totals = new Map<number, number>();
  for (const { predictions } of evaluated) {
    for (const { row, expected, predicted } of predictions) totals.set(row, (totals.get(row) ?? 0) + Number(expected.trim() === predicted.trim()));
  }
  return new Map([...totals].map(([row, total]) => [row, total / evaluated.length]));
}

function adjust(rows: readonly ComparisonRow[]): readonly (readonly [ComparisonRow, number])[] {
  const tested = rows.filter((row) => row.gain?.p !== undefined);
  const adjusted = holm(tested.map((row) => row.gain!.p!));
  return tested.map((row, index) => [row, adjusted[index]!] as const);
}

/** Means over seeds; memory is the largest. The interval of a mean accuracy is a bootstrap over rows, that of a single one Wilson's. */
function meanResult(results: readonly EvaluationResult[], trials: readonly Trial[]): EvaluationResult {
  const first = results[0]!;
  if (results.length === 1) return first;
  const mean = (measure: (result: EvaluationResult) => number) => results.reduce((sum, result) => sum + measure(result), 0) / results.length;
  const { low, high } = pairedBootstrap([...correctness(trials).values()], { seed: bootstrapSeed });
  return {
    ...first,
    accuracy: mean(({ accuracy }) => accuracy),
    accuracyInterval: [low, high],
    macroF1: mean(({ macroF1 }) => macroF1),
    loss: mean(({ loss }) => loss),
    tokenLoss: mean(({ tokenLoss }) => tokenLoss),
    tokensPerSecond: mean(({ tokensPerSecond }) => tokensPerSecond),
    seconds: mean(({ seconds }) => seconds),
    peakMemoryBytes: Math.max(...results.map(({ peakMemoryBytes }) => peakMemoryBytes)),
  };
}
