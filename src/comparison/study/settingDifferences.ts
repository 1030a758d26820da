import * as l10n from '@vscode/l10n';
import { plainNumber } from '../../words/formatNumbers';
import type { RunRecord } from '../../runs/record/record';
import { askedSettings } from '../../template/settings/askedSettings';
import { decodingKeys } from '../../template/settings/decoding/decodingKeys';
import { examplesText } from '../../template/settings/examplesSetting';
import type { Settings } from '../../template/settings/settings';
import { settingText, writtenSetting } from '../../template/settings/settingText';

/** A setting that is not the same in all of some studies; `values` in their order. */
export interface SettingDifference {
  readonly name: string;
  readonly values: readonly string[];
  /** False where all left it to `auto`, and only what their trainings found differs. */
  readonly chosen: boolean;
}

type ComparedRecord = Pick<RunRecord, 'settings' | 'model' | 'method' | 'data' | 'learningRate' | 'form'>;

/**
 * Settings that make no difference between studies: the method has a column of its own, and seeds make the runs of a
 * study.
 */
const ignoredSettings: ReadonlySet<string> = new Set(['method', 'seed', 'seeds']);
/** The settings that also count for a prompt without training. */
const untrainedSettings: ReadonlySet<string> = new Set(['data', ...askedSettings]);
/** Written for a setting that a method does not have, or that runs of earlier versions lack. */
const absent = '–';

/**
 * The settings in which studies differ, and what they were trained on. Absent settings make no difference.
 * @param records one run of each study, because its runs differ in nothing but the seed
 */
export function settingDifferences(records: readonly ComparedRecord[]): readonly SettingDifference[] {
  const columns = records.map(settingsOf);
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  return names.flatMap((name) => {
    const settings = columns.map((column) => column.get(name));
    if (!differ(settings.map((setting) => setting?.shown))) return [];
    return [
      {
        name,
        values: settings.map((setting) => setting?.shown ?? absent),
        chosen: differ(settings.map((setting) => setting?.written)),
      },
    ];
  });
}

function differ(texts: readonly (string | undefined)[]): boolean {
  return new Set(texts.filter((text) => text !== undefined)).size > 1;
}

interface SettingTexts {
  readonly written: string;
  /** The same, but for `auto` what it came to. */
  readonly shown: string;
}

function settingsOf(record: ComparedRecord): ReadonlyMap<string, SettingTexts> {
  const { settings, method, model, data, form } = record;
  // Of answers from elsewhere no setting is known.
  if (method === 'answers') return new Map();
  // What earlier versions did not know, they did not do.
  const names = Object.keys({ ...settings, constrain: false, examples: 'none' }).filter(
    (name) => !ignoredSettings.has(name) && (method !== 'hard' || untrainedSettings.has(name)),
  );
  const same = (text: string): SettingTexts => ({ written: text, shown: text });
  const shown = (name: string, written: string): string => {
    if (name === 'learningRate') return rateText(record, written);
    return name === 'format' && written === 'auto' && form ? l10n.t`${form.format} (auto)` : written;
  };
  // What names of studies must say before all else is in which form the model reads the prompt.
  const inOrder = [...names].sort((a, b) => Number(b === 'format') - Number(a === 'format'));
  return new Map([
    [l10n.t`model`, same(model.id)],
    ...inOrder.flatMap((name): (readonly [string, SettingTexts])[] => {
      if (name === 'config') return Object.entries(decodingTexts(settings)).map(([key, text]) => [key, same(text)]);
      const written =
        name === 'constrain'
          ? String(settings.constrain ?? false)
          : name === 'examples'
            ? examplesText(settings.examples ?? 'none')
            : settingText(settings, name);
      return [[`tune.${name}`, { written, shown: shown(name, written) }]];
    }),
    ...(data.train && method !== 'hard'
      ? [[l10n.t`training rows`, same(String(data.train.rows))] satisfies [string, SettingTexts]]
      : []),
  ]);
}

/** What `config` leaves out has its default, which differs from what another run may write. */
const decodingTexts = ({ config }: Settings): Readonly<Record<string, string>> =>
  Object.fromEntries(
    decodingKeys.map(({ name }) => [
      `config.${name}`,
      config?.[name] === undefined ? l10n.t`default` : writtenSetting(config[name]),
    ]),
  );

/** The learning rate in force: `0.1`, or `0.0316228 (auto)` where the sweep found it. */
function rateText({ learningRate }: ComparedRecord, written: string): string {
  if (learningRate === undefined) return written;
  const rate = plainNumber(learningRate);
  return written === 'auto' ? l10n.t`${rate} (auto)` : rate;
}
