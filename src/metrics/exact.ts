import { meanOfCounts, scoreOf, type Metric } from './metric';
import type { MetricSetting } from './metricSetting';
import { normaliseAnswer } from './normaliseAnswer';

type ExactSetting = Extract<MetricSetting, { readonly kind: 'exact' }>;

/**
 * 1 where the answer equals a reference, code point by code point: nothing trimmed, folded or normalised, but for what
 * the setting says. With all three of its switches it is the exact match of SQuAD v1.1 (Rajpurkar et al. 2016).
 */
export function exactMetric({ name, ...options }: ExactSetting): Metric {
  return {
    name,
    title: 'Exact match',
    scale: 'share',
    better: 'higher',
    binary: true,
    needsReference: true,
    value: meanOfCounts,
    score(answer, references) {
      const normalised = normaliseAnswer(answer, options);
      return scoreOf(references.some((reference) => normaliseAnswer(reference, options) === normalised) ? 1 : 0);
    },
  };
}
