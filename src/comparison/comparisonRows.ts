import { dirname, join } from 'node:path';
import { trains, type RunMethod, type RunStatus } from '../runs/record/words/recordWords';
import type { EvaluationResult, GivenAnswers, Rewriting, RunRecord } from '../runs/record/record';
import type { Verdict } from '../scoring/statistics/verdict';
import { publicKey } from './exportJson';
import { failureOf } from './study/studyNotes';
import { isMeasured, meanOver } from './study/recordedResults';
import { decidingOf, isRightShare, type StudyResults } from './study/studyResults';
import type { StudyDifference } from './analysis/studyAnalysis';
import type { StudyComparison, TaskComparison } from './taskComparison';

/** Gain over the baseline of the task on the same rows. */
export interface Gain {
  /** First run of the baseline. */
  readonly against: string;
  /** Difference by the metric that decides; of accuracies as a fraction. */
  readonly mean: number;
  /** Its paired bootstrap interval (95 %): over rows, and over seeds where there are several. */
  readonly interval: readonly [number, number];
  /** McNemar's exact test where each method ran once, else Student's t over seeds and rows; corrected by Holm. */
  readonly p: number;
  readonly verdict: Verdict;
  /** The verdict in a sentence. */
  readonly words: string;
}

/** A row of what `compare --json` prints. With several seeds, measures are means over them. */
export interface ComparisonRow {
  readonly task: string;
  readonly file: string;
  readonly template: string;
  readonly method: RunMethod;
  /** Of answers that were not produced here: what they are called and where they come from. */
  readonly given?: GivenAnswers;
  /** Tuned by forward passes alone. */
  readonly blackBox?: boolean;
  readonly status: RunStatus;
  readonly runs: readonly string[];
  readonly result?: EvaluationResult;
  /** Of each seed, where there are several, by the metric that decides. */
  readonly accuracies?: readonly number[];
  /** Standard deviation of those (n − 1). */
  readonly spread?: number;
  /** What each run made of the task description, where it rewrote any. */
  readonly rewritings?: readonly RewritingRow[];
  /** Runs that called nearly every row by one label. */
  readonly collapsed?: readonly { readonly run: string; readonly seed: number; readonly label: string }[];
  readonly gain?: Gain;
  readonly error?: { readonly code: string; readonly message: string };
  /** What must be known before any number of the task is believed. */
  readonly warnings?: readonly string[];
}

/** One run's task description before and after, and what each text does without anything learned. */
export interface RewritingRow
  extends
    Pick<Rewriting, 'original' | 'instruction' | 'edits'>,
    Pick<RunRecord, 'originalResult' | 'textResult' | 'textGain'> {
  readonly run: string;
  readonly seed: number;
}

/** @param files the templates as they were named, by their absolute paths */
export function comparisonRows(
  tasks: readonly TaskComparison[],
  files: ReadonlyMap<string, string> = new Map(),
): readonly ComparisonRow[] {
  return tasks.flatMap(({ studies, baseline, warnings }) => {
    const reference = studies.find(({ key }) => key === baseline);
    return studies.map((study) => ({
      ...rowOf(study, files),
      ...(warnings.length > 0 && { warnings }),
      ...(study.difference && { gain: gainOf(study.difference, publicKey(reference!)) }),
    }));
  });
}

function rowOf(study: StudyComparison, files: ReadonlyMap<string, string>): ComparisonRow {
  const { runs, method, template, status, results } = study;
  const [
    {
      template: { path },
      settings,
    },
  ] = runs;
  const rewritings = runs.flatMap(rewritingOf);
  const collapsed = runs.flatMap(({ id: run, settings: { seed }, collapsed: label }) =>
    label === undefined ? [] : [{ run, seed, label }],
  );
  const error = failureOf(study)?.error;
  const score = results && decidingOf(results);
  return {
    task: join(dirname(path), template.split('.')[0]!),
    file: files.get(path) ?? path,
    template,
    method,
    ...(runs[0].given && { given: runs[0].given }),
    ...(trains(method) && settings.blackBox && { blackBox: true }),
    status,
    runs: runs.map(({ id }) => id),
    ...(results && { result: meanResult(study, results) }),
    ...(score && score.spread !== null && { accuracies: score.values, spread: score.spread }),
    ...(rewritings.length > 0 && { rewritings }),
    ...(collapsed.length > 0 && { collapsed }),
    ...(error && { error: { code: error.code, message: error.message } }),
  };
}

function gainOf({ mean, low, high, p, verdict, sentence }: StudyDifference, against: string): Gain {
  return { against, mean, interval: [low, high], p, verdict, words: sentence };
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

/** The results in the form of one evaluation's. */
function meanResult(
  { runs, fields }: StudyComparison,
  means: NonNullable<StudyComparison['results']>,
): EvaluationResult {
  const counted = runs.filter(isMeasured).filter(({ id }) => means.runs.includes(id));
  const results = counted.map(({ result }) => result);
  const [first] = results as [EvaluationResult, ...EvaluationResult[]];
  const score = decidingOf(means);
  const orNaN = (value: number | null) => value ?? Number.NaN;
  return {
    ...first,
    n: means.n,
    accuracy: orNaN(meanOver(results, 'accuracy')),
    accuracyInterval: (isRightShare(score) ? score.interval : null) ?? first.accuracyInterval,
    ...(first.metrics && { metrics: meanMetrics(means) }),
    fields: fields ?? undefined,
    macroF1: orNaN(means.macroF1),
    ...(first.labelMass !== undefined && { labelMass: orNaN(means.labelMass) }),
    loss: orNaN(means.loss),
    tokenLoss: orNaN(meanOver(results, 'tokenLoss')),
    tokensPerSecond: orNaN(meanOver(results, 'tokensPerSecond')),
    promptTokens: orNaN(means.promptTokens),
    ...(means.secondsPerRow !== null && { secondsPerRow: means.secondsPerRow }),
    seconds: orNaN(means.seconds),
    peakMemoryBytes: orNaN(means.peakMemoryBytes),
  };
}

function meanMetrics({ metrics }: StudyResults): EvaluationResult['metrics'] {
  return Object.fromEntries(
    metrics.map(({ name, value, interval, failed, title, scale, better, binary }) => [
      name,
      {
        ...{ title, scale, better, binary },
        value: value ?? Number.NaN,
        ...(interval && { interval }),
        ...(failed && { failed }),
      },
    ]),
  );
}
