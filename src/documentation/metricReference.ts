import { describeOption, metricKinds, nameOption } from '../metrics/metricKinds';
import { said, table } from './regions';

/** Every metric of `tune.metrics`, with what it may be told. */
export function metricsTable(): string {
  return table(
    ['metric', 'of a row', 'may be told'],
    metricKinds.map(({ kind, meaning, options, short, required, paper }) => [
      `\`${kind}\``,
      [said(meaning), ...(paper ? [`*${paper}*`] : [])].join(' '),
      options
        .map((option) => {
          const facts = [
            describeOption(option),
            ...(option.name === required ? ['needed'] : []),
            ...(option.name === short ? [`\`${kind}: …\` alone means it`] : []),
          ];
          return `\`${option.name}\` (${facts.join('; ')}): ${said(option.meaning)}`;
        })
        .join('<br>'),
    ]),
  );
}

/** What each of them may be told. */
export const commonOption = (): string => `\`${nameOption.name}\`: ${said(nameOption.meaning)}`;
