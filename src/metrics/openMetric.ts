import { exactMetric } from './exact';
import type { Metric } from './metric';
import type { MetricSetting } from './metricSetting';

/** What of a template its metrics are told. */
export interface MetricContext {
  /** `output.schema` as JSON Schema (draft 2020-12), where the template has one. */
  readonly schema?: unknown;
}

/**
 * The metric of a setting. A setting of kind `javascript` has none, since its function runs in a process: see
 * `openJudge`, which opens metrics of every kind.
 */
export const openMetric: (setting: MetricSetting, context?: MetricContext) => Metric = (setting) => {
  switch (setting.kind) {
    case 'exact':
      return exactMetric(setting);
  }
};
