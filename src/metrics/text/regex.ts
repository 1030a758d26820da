import * as l10n from '@vscode/l10n';
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

/** `\p{L}`, `\P{L}` and `\u{1F600}`, whose backslash is none that is escaped itself. */
const unicodeEscape = /(?<!\\)(?:\\\\)*(\\[pPu]\{[^}]*\})/;

/**
 * What is wrong with a regular expression, as the engine says it; undefined for one that can be used. Without the flag
 * `u` the engine takes `\p{L}` for the letters p{L}, in silence.
 */
export function patternProblem(pattern: string, flags: string | undefined): string | undefined {
  try {
    new RegExp(pattern, flags);
    const escape = /[uv]/.test(flags ?? '') ? undefined : unicodeEscape.exec(pattern)?.[1];
    return escape && l10n.t`${escape} stands for characters only with the flag u`;
  } catch (error) {
    return (error as Error).message;
  }
}
