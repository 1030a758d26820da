import { meanOfCounts, yesNo, type Metric } from '../metric';
import type { SettingOf } from '../metricSetting';
import { testBounded } from './boundedRegExp';

/** 1 where a regular expression of JavaScript matches somewhere in the answer. */
export function regexMetric({ name, pattern, flags, ...options }: SettingOf<'regex'>): Metric {
  const expression = new RegExp(pattern, flags);
  return {
    name,
    title: options.not ? 'Pattern, not' : 'Pattern',
    scale: 'share',
    better: 'higher',
    binary: true,
    needsReference: false,
    value: meanOfCounts,
    score: (answer) => yesNo(testBounded(expression, answer), options),
  };
}

/** What the engine says is wrong with a regular expression; undefined for one that can be used. */
export function patternProblem(pattern: string, flags: string | undefined): string | undefined {
  try {
    new RegExp(pattern, flags);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
