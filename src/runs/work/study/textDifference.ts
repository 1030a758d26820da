import { judgedRows, metricColumn, scoresAt, type JudgedLine } from '../../../scoring/metricColumn';
import type { Evaluation } from '../../../scoring/evaluate';
import { metricDifference, type MetricDifference } from '../../../scoring/statistics/metricScores';
import type { Settings } from '../../../template/settings/settings';

/**
 * What a text does better than another by the metric that decides, on the rows that it could judge of both; NaN where
 * there are none.
 * @param before answers to the same rows, in the same order
 */
export function textDifference(
  after: Pick<Evaluation, 'metrics' | 'predictions'>,
  before: readonly JudgedLine[],
  settings: Pick<Settings, 'metrics'>,
): Omit<MetricDifference, 'test'> {
  const [name = ''] = Object.keys(after.metrics ?? {});
  const [one, other] = [after.predictions, before].map((lines) => metricColumn([lines], name, settings));
  const inOther = new Set(judgedRows(other!));
  const both = judgedRows(one!).filter((row) => inOther.has(row));
  if (both.length === 0) return { mean: Number.NaN, low: Number.NaN, high: Number.NaN, p: Number.NaN };
  return metricDifference(scoresAt(one!, both), scoresAt(other!, both));
}
