import * as l10n from '@vscode/l10n';
import { clauses, enumerated } from '../../words/listed';
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
} from './settingType';
import { methods } from './settings';

/** What may be written for a setting, in a few words. */
export function describeRange({ type }: SettingKey): string {
  switch (type.kind) {
    case 'whole':
    case 'number':
      return describeBounds(type);
    case 'switch':
      return l10n.t`true or false`;
    case 'choice':
      return enumerated(choicesOf(type));
    case 'learningRate':
      return l10n.t`auto, or a number above 0`;
    case 'readability':
      return l10n.t`${enumerated(readabilities)}, or a number of nats per token`;
    case 'init':
      return l10n.t`${enumerated(initialisations)}, or { text: "words" }`;
    case 'data':
      return l10n.t`{ train: file, dev: file, test: file }; a file is a path, or { file, columns, separator, \
encoding }; dev and test may be shares of train, such as 15%`;
    case 'labels':
      return l10n.t`{ label: word, or a list of words }`;
    case 'variables':
      return l10n.t`{ name: value }`;
    case 'column':
      return l10n.t`name of a column`;
    case 'propose':
      return l10n.t`auto, none, or one or more of ${enumerated(proposeWays)} and paths of .prompt files`;
    case 'examples':
      return l10n.t`none, a number, or ${`{ count: number, choose: ${exampleChoices.join(', ')}, tokens: number }`}`;
    case 'metrics':
      return l10n.t`one or more of ${enumerated(metricKinds.map(({ kind }) => kind))}`;
  }
}

/** The defaults in one sentence; by method where they differ. */
export function describeDefaults({ defaults, type }: SettingKey): string | undefined {
  if (!defaults) return undefined;
  const shown = methods.map((method) => showDefault(type, defaults[method]));
  if (new Set(shown).size === 1) return shown[0];
  return clauses(methods.map((method, index) => `${method}: ${shown[index]}`));
}

/** Meaning, range, defaults and paper of a setting. Markdown. */
export function describeSetting(key: SettingKey): string {
  const defaults = describeDefaults(key);
  return [
    `**tune.${key.name}**`,
    key.meaning(),
    l10n.t`Value: ${describeRange(key)}.`,
    ...(defaults === undefined ? [] : [l10n.t`Default: ${defaults}.`]),
    ...(key.paper ? [`*${key.paper}*`] : []),
  ].join('\n\n');
}

function showDefault(type: ValueType, value: unknown): string {
  if (type.kind === 'metrics') return writtenMetrics(value as readonly MetricSetting[]);
  if (typeof value !== 'object' || value === null) return String(value);
  return 'kind' in value ? String(value.kind) : 'none';
}
