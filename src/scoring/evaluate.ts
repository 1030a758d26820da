import {
  judgeAnswers,
  judgedMetrics,
  openTaskJudge,
  type JudgedAnswer,
  type JudgedTask,
  type MetricValue,
} from './judgeAnswers';
import type { Dataset } from '../data/dataset';
import type { SourceLocation } from '../failure';
import { append } from '../lists';
import type { LanguageModel } from '../model/openModel';
import { isColumnOf } from '../data/rows/rowKey';
import { answerColumns } from '../template/answer/composeAnswer';
import { openObjective } from '../objective/objective';
import type { SoftPrompt } from '../objective/prompt';
import { openSource } from '../objective/rows/source';
import type { Task } from '../objective/task';
import { requireSplit } from '../objective/rows/splits';
import { batchOptions } from '../objective/batch';
import type { Answer } from '../decoding/answer';
import { accuracy, macroF1, majorityBaseline } from './classification';
import { lowLabelMass } from './likelihood/labelMass';
import type { LikeliestTokens } from './likelihood/likeliest';
import { likeliestTokens, sampledRows } from './likelihood/likeliestTokens';
import { meanByObjective, requireNumbers, scoreRows, tokenLoss } from './scoreSplit';
import { type ScoredRow } from './scoredRow';
import { mean } from './statistics/mean';
import { fieldResults, type FieldResults } from './fields/fieldResults';
import { fieldScores } from './fields/fieldScores';
import { wilsonInterval } from './statistics/wilson';
import { writeAnswers } from './writeAnswers';

/** One row's outcome. */
export interface Prediction {
  readonly row: number;
  readonly input: string;
  readonly expected: string;
  readonly predicted: string;
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Probability that the labels' words have together at the answer slot; absent for generation. */
  readonly labelMass?: number;
  /** Tokens of the row's prompt, virtual ones included. */
  readonly promptTokens: number;
  /** Its share of the time that its batch took, generation included. */
  readonly seconds: number;
  /** Whether the budget of tokens ended the answer. */
  readonly truncated?: true;
  /** The answers that the row accepts, where there are several; `expected` is the first. */
  readonly references?: readonly string[];
  /** What each metric says of the answer, see `JudgedAnswer`; absent where labels are judged by their accuracy. */
  readonly scores?: JudgedAnswer['scores'];
  readonly counts?: JudgedAnswer['counts'];
  readonly reasons?: JudgedAnswer['reasons'];
}

/** What a prompt does on the rows of a split. Rates are fractions, losses nats. */
export interface Metrics {
  /** Rows. */
  readonly n: number;
  readonly accuracy: number;
  /** Wilson 95 % interval of the accuracy. */
  readonly accuracyInterval: readonly [number, number];
  readonly macroF1: number;
  /** By the names of the metrics, the one that decides first; absent where labels are judged by their accuracy. */
  readonly metrics?: Readonly<Record<string, MetricValue>>;
  /** What each field came to where answers are JSON; absent for others. */
  readonly fields?: readonly FieldResults[];
  /** Mean objective over the examples. */
  readonly loss: number;
  /** Mean negative log-likelihood per answer token. */
  readonly tokenLoss: number;
  /** Mean label mass over the rows, see `labelMass.ts`; absent for generation. */
  readonly labelMass?: number;
  /** What the model would rather write than a label, where the label mass is low. */
  readonly likeliest?: LikeliestTokens;
  /** The most frequent label of the split and the accuracy of always answering it; absent for generation. */
  readonly majority?: { readonly label: string; readonly accuracy: number };
  readonly tokensPerSecond: number;
  /** Mean prompt length, virtual tokens included. */
  readonly promptTokens: number;
}

export interface Evaluation extends Metrics {
  readonly predictions: readonly Prediction[];
  readonly seconds: number;
}

export interface EvaluateOptions {
  readonly split: 'train' | 'dev' | 'test';
  readonly signal?: AbortSignal;
  /** Called before the first row, and after each batch: of free text once its rows are answered. */
  onProgress?(done: number, total: number): void;
}

/**
 * Evaluates a prompt on a split: classification by the likelihood of the label words, generation by decoding as
 * the template's `config` says, and exact match.
 * @param prompt trained virtual tokens, or undefined for the text alone
 * @throws the signal's reason when it is aborted
 */
export async function evaluate(
  task: Task,
  model: LanguageModel,
  prompt: SoftPrompt | undefined,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const began = performance.now();
  const objective = openObjective(model);
  const source = openSource(task, model, options.split);
  const scored: ScoredRow[] = [];
  const where = (row: number) => locate(requireSplit(task, options.split), row);
  let tokens = 0;
  options.onProgress?.(0, source.rows);
  try {
    for await (const batch of scoreRows(
      {
        task,
        objective,
        batch: batchOptions(task, model, 'scoring'),
        source,
        rows: source.rows,
        signal: options.signal,
      },
      prompt,
    )) {
      append(scored, requireNumbers(batch.rows, where));
      tokens += batch.tokens;
      if (task.labels.length > 0) options.onProgress?.(scored.length, source.rows);
    }
  } finally {
    await objective.close();
  }
  const answers: ReadonlyMap<number, Answer> =
    task.labels.length > 0
      ? new Map()
      : await writeAnswers(
          { task, model },
          prompt,
          scored.map(({ example }) => example),
          { where, ...options },
        );
  for (const answer of answers.values()) tokens += answer.tokens.length;
  scored.sort((a, b) => a.example.row - b.example.row);
  const inputs = await readInputs(
    task,
    options.split,
    scored.map(({ example }) => example.row),
  );
  const written = scored.map((row, i) =>
    toPrediction(row, { task, input: inputs[i]!, answer: answers.get(row.example.row) }),
  );
  const { predictions, metrics, fields } = await judged(task, options.split, written);
  const seconds = (performance.now() - began) / 1000;
  const summary = summarise(task, scored, predictions);
  const likeliest = isLow(summary) && (await likeliestOf(scored, { task, model, prompt }, options));
  return {
    predictions,
    ...summary,
    ...(metrics && { metrics }),
    ...(fields && { fields }),
    ...(likeliest && { likeliest }),
    tokensPerSecond: tokens / seconds,
    seconds,
  };
}

/** The answers with what the metrics of the task say of them, and of fields that they have. */
export async function judged<P extends Pick<Prediction, 'row' | 'expected' | 'predicted'>>(
  task: JudgedTask,
  split: EvaluateOptions['split'],
  written: readonly P[],
): Promise<Pick<Evaluation, 'metrics' | 'fields'> & { readonly predictions: readonly P[] }> {
  if (judgedMetrics(task).length === 0) return { predictions: written };
  const judge = await openTaskJudge(task);
  try {
    const answers = written.map(({ row, predicted }) => ({ row, answer: predicted }));
    const { metrics, rows } = await judgeAnswers(judge, { task, split }, answers);
    const predictions = written.map((prediction, i) => ({ ...prediction, ...rows[i]! }));
    const fields = task.labels.length === 0 ? fieldScores(predictions, task.settings.metrics) : undefined;
    return { metrics, predictions, ...(fields && { fields: fieldResults([fields]) }) };
  } finally {
    await judge.close();
  }
}

const isLow = ({ labelMass }: Pick<Metrics, 'labelMass'>): boolean =>
  labelMass !== undefined && labelMass < lowLabelMass;

function likeliestOf(
  scored: readonly ScoredRow[],
  asked: Parameters<typeof likeliestTokens>[0],
  { signal }: EvaluateOptions,
): Promise<LikeliestTokens> {
  signal?.throwIfAborted();
  return likeliestTokens(
    asked,
    scored.slice(0, sampledRows).map(({ example }) => example),
  );
}

const locate = ({ path, lineOf }: Dataset, row: number): SourceLocation => ({ file: path, line: lineOf(row) });

/** The data a person would recognise the row by: its columns other than the answer. */
export async function readInputs(
  task: Pick<Task, 'template' | 'splits' | 'answerField'>,
  split: EvaluateOptions['split'],
  rows: readonly number[],
): Promise<readonly string[]> {
  const read = await requireSplit(task, split).read(rows);
  const { object } = task.template.output ?? {};
  const isAnswer = (name: string): boolean =>
    object ? isColumnOf(name, answerColumns(object)) : name === task.answerField;
  return read.map((row) =>
    Object.entries(row)
      .filter(([name]) => !isAnswer(name))
      .map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)))
      .join(' · '),
  );
}

function toPrediction(
  { example, predicted, probabilities, labelMass, seconds }: ScoredRow,
  { task, input, answer }: { readonly task: Task; readonly input: string; readonly answer?: Answer },
): Prediction {
  const { row, expected } = example;
  const promptTokens = example.prompt.length;
  if (task.labels.length === 0)
    return {
      row,
      input,
      expected,
      predicted: (answer?.text ?? '').trim(),
      promptTokens,
      seconds: seconds + (answer?.seconds ?? 0),
      ...(answer?.ending === 'budget' && { truncated: true }),
    };
  return {
    row,
    input,
    expected,
    predicted: task.labels[predicted]!,
    probabilities: Object.fromEntries(task.labels.map((label, i) => [label, probabilities[i]!])),
    labelMass,
    promptTokens,
    seconds,
  };
}

function summarise(
  task: Task,
  scored: readonly ScoredRow[],
  predictions: readonly Prediction[],
): Omit<Evaluation, 'predictions' | 'tokensPerSecond' | 'seconds'> {
  const rows = predictions.map(({ expected, predicted }) => ({
    expected: expected.trim(),
    predicted: predicted.trim(),
  }));
  const right = rows.filter((row) => row.expected === row.predicted).length;
  return {
    n: rows.length,
    accuracy: accuracy(rows),
    accuracyInterval: wilsonInterval(right, rows.length),
    macroF1: macroF1(rows),
    loss: meanByObjective(scored, task),
    tokenLoss: tokenLoss(scored),
    ...(task.labels.length > 0 && {
      labelMass: mean(scored.map(({ labelMass }) => labelMass!)),
      majority: majorityBaseline(rows),
    }),
    promptTokens: scored.reduce((sum, { example }) => sum + example.prompt.length, 0) / scored.length,
  };
}
