import { meanOfCounts, yesNo, type Metric } from '../metric';
import type { SettingOf } from '../metricSetting';

/** 1 where the answer holds what is looked for: one of its references, or the texts of the setting. */
export function containsMetric({ name, ...options }: SettingOf<'contains'>): Metric {
  const { texts, need = texts ? 'all' : 'any' } = options;
  return textMetric({ name, title: 'Contains', options }, (answer, looked) => {
    const isIn = (text: string): boolean => answer.includes(text);
    return need === 'all' ? looked.every(isIn) : looked.some(isIn);
  });
}

/** 1 where the answer begins with one of its references, or of the texts of the setting. */
export function startsWithMetric({ name, ...options }: SettingOf<'startsWith'>): Metric {
  return textMetric({ name, title: 'Starts with', options }, (answer, looked) =>
    looked.some((text) => answer.startsWith(text)),
  );
}

interface TextMetric {
  readonly name: string;
  readonly title: string;
  readonly options: { readonly texts?: readonly string[]; readonly ignoreCase?: boolean; readonly not?: boolean };
}

function textMetric(
  { name, title, options }: TextMetric,
  holds: (answer: string, looked: readonly string[]) => boolean,
): Metric {
  const cased = (text: string): string => (options.ignoreCase ? text.toLowerCase() : text);
  return {
    name,
    title: options.not ? `${title}, not` : title,
    scale: 'share',
    better: 'higher',
    binary: true,
    needsReference: options.texts === undefined,
    value: meanOfCounts,
    score: (answer, references) => yesNo(holds(cased(answer), (options.texts ?? references).map(cased)), options),
  };
}
