import { counted } from '../../words/formatNumbers';
import { meanOfCounts, scoreOf, type Metric } from '../metric';
import type { SettingOf } from '../metricSetting';
import { splitWords } from './whiteSpace';

/**
 * The length of an answer, in words between white space or in code points; with a smallest or largest length, 1 where
 * it is within.
 */
export function lengthMetric({ name, unit = 'words', min, max }: SettingOf<'length'>): Metric {
  const lengthOf = (answer: string): number => (unit === 'words' ? splitWords(answer).length : [...answer].length);
  const bounded = min !== undefined || max !== undefined;
  const unbounded = unit === 'words' ? 'Length in words' : 'Length in characters';
  return {
    name,
    title: bounded ? 'Length kept' : unbounded,
    scale: bounded ? 'share' : 'count',
    better: bounded ? 'higher' : 'neither',
    binary: bounded,
    needsReference: false,
    value: meanOfCounts,
    score(answer) {
      const length = lengthOf(answer);
      if (!bounded) return scoreOf(length);
      const isWithin = length >= (min ?? 0) && length <= (max ?? Infinity);
      return scoreOf(isWithin ? 1 : 0, `${counted(length, unit === 'words' ? 'word' : 'character')}.`);
    },
  };
}
