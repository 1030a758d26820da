import type { SourceLocation } from '../failure';
import { append, largest } from '../lists';
import { type Batch, type BatchOptions } from '../objective/batch';
import { layOutParts } from '../objective/batchParts';
import { notANumber } from '../objective/notANumber';
import type { ObjectiveValue, OpenObjective } from '../objective/objective';
import type { SoftPrompt } from '../objective/prompt';
import type { ExampleSource } from '../objective/rows/source';
import type { Task } from '../objective/task';
import { accuracy, macroF1 } from './classification';
import type { DevScore } from './devScore';
import { labelMasses } from './likelihood/labelMass';
import { sampleRows, type Sample } from './samples';
import type { ScoredRow } from './scoredRow';

export interface SplitScore {
  readonly accuracy: number;
  readonly macroF1: number;
  /** Mean objective over the rows. */
  readonly loss: number;
  /** What became of a few of the rows, the same ones each time. */
  readonly samples?: readonly Sample[];
  /** By the metric that decides, where that is not the accuracy of labels. */
  readonly score?: DevScore;
}

/** What a split is scored with. */
export interface Scoring {
  readonly task: Task;
  readonly objective: OpenObjective;
  readonly batch: BatchOptions;
  readonly source: ExampleSource;
  /** Rows to score, from the first. */
  readonly rows: number;
  readonly signal?: AbortSignal;
}

/** Sequences run at once when nothing is differentiated. */
const scoringBatch = 32;
/** Rows encoded and sorted by length together. */
const scoringPool = scoringBatch * 16;

/** Scores the first rows of a split, in batches of like length; the order of the results is that of the batches. */
export async function* scoreRows(
  scoring: Scoring,
  prompt: SoftPrompt | undefined,
): AsyncGenerator<{ readonly rows: readonly ScoredRow[]; readonly tokens: number }> {
  for (let from = 0; from < scoring.rows; from += scoringPool) {
    const numbers = Array.from({ length: Math.min(scoringPool, scoring.rows - from) }, (_, i) => from + i);
    const pool = [...(await scoring.source.examples(numbers))].sort((a, b) => a.prompt.length - b.prompt.length);
    for (let at = 0; at < pool.length; at += scoringBatch) {
      scoring.signal?.throwIfAborted();
      for (const batch of layOutParts(pool.slice(at, at + scoringBatch), scoring.batch)) {
        const began = performance.now();
        const value = await scoring.objective.score(batch, prompt);
        const seconds = (performance.now() - began) / 1000 / batch.examples.length;
        yield { rows: readScores(batch, { ...value, seconds }, scoring.task), tokens: batch.tokens };
      }
    }
  }
}

/**
 * The rows, each with numbers. Where the model gives none (NaN), nothing can be said of an answer.
 * @param where a row of the split stands
 * @throws Failure "loss-not-finite" naming the first row without
 */
export function requireNumbers(
  rows: readonly ScoredRow[],
  where: (row: number) => SourceLocation,
): readonly ScoredRow[] {
  const broken = rows.find(({ loss, answerLogLikelihood }) => Number.isNaN(loss) || Number.isNaN(answerLogLikelihood));
  if (broken) throw notANumber(where(broken.example.row));
  return rows;
}

function readScores(
  batch: Batch,
  { scores, logLikelihoods, seconds }: ObjectiveValue & Pick<ScoredRow, 'seconds'>,
  { settings }: Task,
): readonly ScoredRow[] {
  const labels = scores ? scores.length / batch.examples.length : 0;
  const masses = labelMasses(batch, logLikelihoods!);
  return batch.examples.map((example, e): ScoredRow => {
    const [start, count] = batch.expectedTokens[e]!;
    const answerLogLikelihood = logLikelihoods!.subarray(start, start + count).reduce((sum, value) => sum + value, 0);
    const logProbabilities = scores ? logSoftmax(scores.subarray(e * labels, (e + 1) * labels)) : [];
    return {
      example,
      predicted: logProbabilities.indexOf(largest(logProbabilities)),
      probabilities: logProbabilities.map(Math.exp),
      ...(labels > 0 && { labelMass: masses[e]! }),
      loss: settings.objective === 'label' ? -logProbabilities[example.label]! : -answerLogLikelihood / count,
      answerLogLikelihood,
      seconds,
    };
  });
}

function logSoftmax(scores: Float32Array): readonly number[] {
  const highest = largest(scores);
  const normalizer = highest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - highest), 0));
  return Array.from(scores, (score) => score - normalizer);
}

/**
 * Accuracy, macro-F1 and loss of a split; accuracy and F1 are NaN for a generation task, whose text is not generated
 * here, and which is judged by its loss.
 */
export async function scoreSplit(scoring: Scoring, prompt: SoftPrompt | undefined): Promise<SplitScore> {
  const rows: ScoredRow[] = [];
  for await (const batch of scoreRows(scoring, prompt)) append(rows, batch.rows);
  return summariseRows(rows, scoring.task);
}

/** What scored rows come to, see {@link scoreSplit}. */
export function summariseRows(rows: readonly ScoredRow[], task: Task): SplitScore {
  const { labels } = task;
  const classified = rows.map(({ example, predicted }) => ({
    expected: example.expected,
    predicted: labels[predicted] ?? '',
  }));
  return {
    accuracy: labels.length > 0 ? accuracy(classified) : NaN,
    macroF1: labels.length > 0 ? macroF1(classified) : NaN,
    loss: meanByObjective(rows, task),
    samples: sampleRows(rows, task),
  };
}

/** The label objective is a mean over rows, the token objective a mean over answer tokens. */
export function meanByObjective(rows: readonly ScoredRow[], { settings }: Task): number {
  if (settings.objective === 'token') return tokenLoss(rows);
  return rows.reduce((sum, row) => sum + row.loss, 0) / rows.length;
}

/** Mean negative log-likelihood per answer token, nats. */
export function tokenLoss(rows: readonly ScoredRow[]): number {
  const tokens = rows.reduce((sum, { example }) => sum + example.answer.length, 0);
  return -rows.reduce((sum, row) => sum + row.answerLogLikelihood, 0) / tokens;
}
