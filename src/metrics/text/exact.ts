import { meanOfCounts, yesNo, type Metric } from '../metric';
import type { SettingOf } from '../metricSetting';
import { normaliseAnswer } from './normaliseAnswer';

/**
 * 1 where the answer equals a reference, code point by code point: nothing trimmed, folded or normalised, but for what
 * the setting says. With all three of its switches it is the exact match of SQuAD v1.1 (Rajpurkar et al. 2016).
 */
export function exactMetric({ name, ...options }: SettingOf<'exact'>): Metric {
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
      return yesNo(
        references.some((reference) => normaliseAnswer(reference, options) === normalised),
        options,
      );
    },
  };
}
