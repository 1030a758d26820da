import { metricKinds } from '../../metrics/metricKinds';
import type { MetricSetting } from '../../metrics/metricSetting';
import { writtenMetrics } from '../metrics/writtenMetrics';
import { exampleChoices } from './examplesSetting';
import { proposeWays } from './proposeSetting';
import {
  choicesOf,
  describeBounds,
  initialisations,
  readabilities,
  type SettingKey,
  type ValueType,
} from './settingKeys';
import { methods } from './settings';

/** What may be written for a setting, in a few words. */
export function describeRange({ type }: SettingKey): string {
  switch (type.kind) {
    case 'whole':
    case 'number':
      return describeBounds(type);
    case 'switch':
      return 'true or false';
    case 'choice':
      return choicesOf(type).join(', ');
    case 'learningRate':
      return 'auto, or a number above 0';
    case 'readability':
      return `${readabilities.join(', ')}, or a number of nats per token`;
    case 'init':
      return `${initialisations.join(', ')}, or { text: "words" }`;
    case 'data':
      return (
        '{ train: file, dev: file, test: file }; a file is a path, or { file, columns, separator, encoding }; ' +
        'dev and test may be shares of train, such as 15%'
      );
    case 'labels':
      return '{ label: word, or a list of words }';
    case 'variables':
      return '{ name: value }';
    case 'column':
      return 'name of a column';
    case 'propose':
      return `auto, none, or one or more of ${proposeWays.join(', ')} and paths of .prompt files`;
    case 'examples':
      return `none, a number, or { count: number, choose: ${exampleChoices.join(', ')}, tokens: number }`;
    case 'metrics':
      return `one or more of ${metricKinds.map(({ kind }) => kind).join(', ')}`;
  }
}

/** The defaults in one sentence; by method where they differ. */
export function describeDefaults({ defaults, type }: SettingKey): string | undefined {
  if (!defaults) return undefined;
  const shown = methods.map((method) => showDefault(type, defaults[method]));
  if (new Set(shown).size === 1) return shown[0];
  return methods.map((method, index) => `${method}: ${shown[index]}`).join(', ');
}

/** Meaning, range, defaults and paper of a setting. Markdown. */
export function describeSetting(key: SettingKey): string {
  const defaults = describeDefaults(key);
  return [
    `**tune.${key.name}**`,
    key.meaning,
    `Value: ${describeRange(key)}.`,
    ...(defaults === undefined ? [] : [`Default: ${defaults}.`]),
    ...(key.paper ? [`*${key.paper}*`] : []),
  ].join('\n\n');
}

function showDefault(type: ValueType, value: unknown): string {
  if (type.kind === 'metrics') return writtenMetrics(value as readonly MetricSetting[]);
  if (typeof value !== 'object' || value === null) return String(value);
  return 'kind' in value ? String(value.kind) : 'none';
}
