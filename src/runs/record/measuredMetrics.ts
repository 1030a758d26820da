import { exactMatch, labelAccuracy, type MetricFace } from '../../scoring/metricFace';
import { shownTitle } from '../../scoring/metricTitles';
import { hasLabels } from './words/describeProvenance';
import type { MeasuredMetric } from './measuredMetric';
import type { EvaluationResult } from './record';

/** A metric with what a run came to by it. */
export interface NamedMetric extends MetricFace {
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  readonly failed?: MeasuredMetric['failed'];
}

/**
 * What a result says by each of its metrics, the one that decides first: those of the template, or where it names none
 * the share of right labels. Runs of versions that knew no metrics have the share of right answers.
 */
export function measuredMetrics(result: EvaluationResult): readonly [NamedMetric, ...NamedMetric[]] {
  const named = Object.entries(result.metrics ?? {}).map(([name, metric]): NamedMetric => ({
    ...metric,
    title: shownTitle(metric.title),
    name,
    interval: metric.interval ?? null,
  }));
  const [first, ...others] = named;
  if (first) return [first, ...others];
  const face = hasLabels(result) ? labelAccuracy : exactMatch;
  return [
    { ...face, title: shownTitle(face.title), value: result.accuracy, interval: result.accuracyInterval ?? null },
  ];
}

/** The metric that decides. */
export const decidingMetric = (result: EvaluationResult): NamedMetric => measuredMetrics(result)[0];
