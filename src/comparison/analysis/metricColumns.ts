import type { PredictionLine } from '../../runs/store/files/predictionLine';
import { measuredMetrics, type NamedMetric } from '../../runs/record/measuredMetrics';
import { metricColumn, type MetricColumn } from '../../scoring/metricColumn';
import type { MeasuredRun } from './answeredStudy';

/** A metric's column, with what the metric came to in the run of the lowest seed. */
export interface StudyColumn extends MetricColumn {
  readonly metric: NamedMetric;
}

interface SeedAnswers {
  readonly run: MeasuredRun;
  /** `[rows]`, the same rows for each seed */
  readonly lines: readonly PredictionLine[];
}

/** The columns of all metrics that every run was measured by, the one that decides first. */
export function metricColumns(seeds: readonly SeedAnswers[]): readonly StudyColumn[] {
  const measured = seeds.map(({ run }) => measuredMetrics(run.record.result));
  const { settings } = seeds[0]!.run.record;
  return measured[0]!
    .filter((metric) => measured.every((metrics) => metrics.some(({ name }) => name === metric.name)))
    .map((metric) => ({
      metric,
      scale: metric.scale,
      ...metricColumn(
        seeds.map(({ lines }) => lines),
        metric.name,
        settings,
      ),
    }));
}
