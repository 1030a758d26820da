import { dirname } from 'node:path';
import { acceptedAnswers } from '../template/render/chat/rowMessages';
import type { Task } from '../objective/task';
import { requireSplit } from '../objective/rows/splits';
import { openJudge, type Judge, type JudgedRow } from '../metrics/judge';
import { meanCounts, type JudgeMetric, type RowScore } from '../metrics/metric';
import { defaultMetrics, type MetricSetting } from '../metrics/metricSetting';
import type { MetricFace } from './metricFace';
import { judgedRows, metricColumn, scoresAt, type JudgedLine } from './metricColumn';
import { metricEstimate, metricValue } from './statistics/metricScores';

/** What the metrics say of one answer, by their names. */
export interface JudgedAnswer {
  /** Null where a metric could not judge the answer. */
  readonly scores: Readonly<Record<string, number | null>>;
  /** What the answer adds to metrics whose value is no mean of rows. */
  readonly counts?: Readonly<Record<string, readonly number[]>>;
  /** Why a metric judged so, or why it could not. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** The answers that the row accepts, where there are several. */
  readonly references?: readonly string[];
}

/** What a metric came to. */
export interface MetricValue extends Omit<MetricFace, 'name'> {
  /** Of all answers that it could judge; NaN where it could judge none. */
  readonly value: number;
  /** 95 %. */
  readonly interval?: readonly [number, number];
  /** Answers that it could not judge, and why it failed on the first of them. */
  readonly failed?: { readonly rows: number; readonly reason: string };
}

export interface JudgedAnswers {
  /** By the names of the metrics, the one that decides first. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
  /** In the order of the answers. */
  readonly rows: readonly JudgedAnswer[];
}

/** An answer to a row of a split. */
export interface GivenAnswer {
  readonly row: number;
  readonly answer: string;
}

/** The metrics of a task beside the accuracy of labels, which needs no judge. */
export function judgedMetrics({ labels, settings }: Pick<Task, 'labels' | 'settings'>): readonly MetricSetting[] {
  const metrics = settings.metrics ?? defaultMetrics;
  return labels.length > 0 && isDefault(metrics) ? [] : metrics;
}

const isDefault = (metrics: readonly MetricSetting[]): boolean =>
  JSON.stringify(metrics) === JSON.stringify(defaultMetrics);

/** Opens the metrics of a task. @throws Failure for a check that cannot be loaded */
export const openTaskJudge = (task: Pick<Task, 'template' | 'labels' | 'settings'>): Promise<Judge> =>
  openJudge(judgedMetrics(task), { folder: dirname(task.template.path), schema: task.template.outputSchema });

/** What of a task its answers are judged by. */
export type JudgedTask = Pick<Task, 'template' | 'labels' | 'settings' | 'splits'>;

interface JudgedSplit {
  readonly task: JudgedTask;
  readonly split: 'train' | 'dev' | 'test';
  /** Whether intervals are wanted, which take a bootstrap; they are by default. */
  readonly intervals?: boolean;
}

/**
 * Judges answers to rows of a split by each metric of a judge. White space around an answer, and around what a row
 * accepts, belongs to neither.
 * @param answers one or more
 */
export async function judgeAnswers(
  judge: Judge,
  { task, split, intervals = true }: JudgedSplit,
  answers: readonly GivenAnswer[],
): Promise<JudgedAnswers> {
  const rows = await requireSplit(task, split).read(answers.map(({ row }) => row));
  const references = rows.map((row) => acceptedAnswers(row, task.template.output!).map((text) => text.trim()));
  const scores = await judge.judge(
    answers.map(({ answer }, i): JudgedRow => ({
      answer: answer.trim(),
      references: references[i]!,
      row: rows[i]!,
    })),
  );
  const judged = scores.map((ofRow) => judgedAnswer(judge.metrics, ofRow));
  const lines = judged.map((line, i): JudgedLine => ({
    ...line,
    expected: references[i]![0]!,
    predicted: answers[i]!.answer,
  }));
  return {
    metrics: Object.fromEntries(
      judge.metrics.map((metric, m) => [
        metric.name,
        valueOf(
          metric,
          scores.map((ofRow) => ofRow[m]!),
          { lines, settings: task.settings, intervals },
        ),
      ]),
    ),
    rows: judged.map((answer, i) => ({
      ...answer,
      ...(references[i]!.length > 1 && { references: references[i] }),
    })),
  };
}

const isScore = (score: RowScore): score is Extract<RowScore, { readonly value: number }> => 'value' in score;

/** Whether a metric's value is the mean of these rows. */
const isMean = ({ value, counts }: Extract<RowScore, { readonly value: number }>): boolean =>
  counts.length === 2 && meanCounts(value).every((count, i) => Object.is(count, counts[i]));

interface JudgedLines {
  readonly lines: readonly JudgedLine[];
  readonly settings: Task['settings'];
  readonly intervals: boolean;
}

function valueOf(
  metric: JudgeMetric,
  all: readonly RowScore[],
  { lines, settings, intervals }: JudgedLines,
): MetricValue {
  const { name, title, scale, better, binary } = metric;
  const broken = all.flatMap((score) => (isScore(score) ? [] : [score.error]));
  const face = { title, scale, better, binary };
  const failed = broken.length > 0 && { failed: { rows: broken.length, reason: broken[0]! } };
  const column = { ...metricColumn([lines], name, settings), scale };
  const positions = judgedRows(column);
  if (positions.length === 0) return { ...face, value: Number.NaN, ...failed };
  const judged = scoresAt(column, positions);
  if (!intervals) return { ...face, value: metricValue(judged), ...failed };
  const { mean, low, high } = metricEstimate(judged);
  return { ...face, value: mean, interval: [low, high], ...failed };
}

function judgedAnswer(metrics: readonly JudgeMetric[], scores: readonly RowScore[]): JudgedAnswer {
  const named = metrics.map(({ name }, m) => [name, scores[m]!] as const);
  const counts = named.flatMap(([name, score]) => (isScore(score) && !isMean(score) ? [[name, score.counts]] : []));
  const reasons = named.flatMap(([name, score]) => {
    const reason = isScore(score) ? score.reason : score.error;
    return reason === undefined ? [] : [[name, reason]];
  });
  return {
    scores: Object.fromEntries(named.map(([name, score]) => [name, isScore(score) ? score.value : null])),
    ...(counts.length > 0 && { counts: Object.fromEntries(counts) as JudgedAnswer['counts'] }),
    ...(reasons.length > 0 && { reasons: Object.fromEntries(reasons) as JudgedAnswer['reasons'] }),
  };
}
