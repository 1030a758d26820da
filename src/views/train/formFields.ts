import * as l10n from '@vscode/l10n';
import { describeRange } from '../../template/settings/describeSetting';
import { resolveSettings } from '../../template/read/resolveSettings';
import type { Settings, splits } from '../../template/settings/settings';
import { initialisations, readabilities, type SettingKey } from '../../template/settings/settingType';
import { settingKey, settingKeys } from '../../template/settings/settingKeys';
import type { PromptTemplate } from '../../template/read/template';
import { analysisOf } from '../../template/read/analysisCache';
import { answerPlace, wordsInPlace } from '../../template/render/length/promptLength';
import type { TokenEncoder } from '../../template/text/tokenEncoder';
import { settingText } from '../../template/settings/settingText';
import { splitText, usualShares } from '../../template/settings/data/dataShares';
import { trainableMethods, type FormField, type FormMethod, type TrainableMethod } from './contract';

/** Settings by what they are about; what is not named comes last under `More`. */
const groups: readonly { readonly title: () => string; readonly names: readonly string[] }[] = [
  {
    title: () => l10n.t`Data`,
    names: [
      'data.train',
      'data.dev',
      'data.test',
      'splitSeed',
      'labels',
      'objective',
      'labelSmoothing',
      'weight',
      'maxLength',
      'truncate',
    ],
  },
  { title: () => l10n.t`How the model reads it`, names: ['format', 'chat', 'trimMessages', 'examplesAs', 'examples'] },
  {
    title: () => l10n.t`What is learned`,
    names: [
      'length',
      'init',
      'encoder',
      'encoderSize',
      'layers',
      'projection',
      'instruction',
      'searchBudget',
      'readability',
      'propose',
      'dropout',
      'blackBox',
    ],
  },
  {
    title: () => l10n.t`How it is learned`,
    names: [
      'learningRate',
      'steps',
      'batchSize',
      'accumulate',
      'optimizer',
      'schedule',
      'warmup',
      'weightDecay',
      'clip',
      'prefixSharing',
      'checkpointing',
    ],
  },
  {
    title: () => l10n.t`How it is judged`,
    names: ['metrics', 'constrain', 'evalEvery', 'evalRows', 'patience', 'seed', 'seeds'],
  },
];

/** Settings that only some methods read. */
const onlyFor: Readonly<Record<string, readonly TrainableMethod[]>> = {
  encoder: ['v1'],
  encoderSize: ['v1', 'v2'],
  layers: ['v2'],
  projection: ['v2'],
  instruction: ['v2'],
  propose: ['v2'],
  readability: ['v2'],
};

/** Settings that mean something to a text which is measured elsewhere. */
const namesElsewhere: readonly string[] = [
  'data.train',
  'data.dev',
  'data.test',
  'splitSeed',
  'labels',
  'objective',
  'format',
  'trimMessages',
  'examplesAs',
  'examples',
  'metrics',
  'constrain',
  'seed',
];

/** Files offered for a split: those that fit come first, and any other can be written. */
const mostFiles = 8;

/** The fields of all settings but the method, in the order of their groups. */
export function fieldsOf(
  template: PromptTemplate,
  method: FormMethod,
  dataFiles: readonly string[],
  encoder?: TokenEncoder,
): readonly FormField[] {
  const settings = resolveSettings(template, method, {});
  const resolved = encoder ? { ...settings, labels: placedLabels(template, encoder) } : settings;
  const named = groups.flatMap(({ title, names }) => names.map((name) => ({ name, group: title() })));
  const others = settingKeys
    .filter(({ name }) => name !== 'method' && name !== 'data' && !named.some((each) => each.name === name))
    .map(({ name }) => ({ name, group: l10n.t`More` }));
  return [...named, ...others].flatMap(({ name, group }): readonly FormField[] => {
    const [base] = name.split('.');
    const key = settingKey(base!);
    if (method === 'hard' && !namesElsewhere.includes(name)) return [];
    return key
      ? [name === base ? fieldOf(key, group, { template, resolved }) : dataField(name, group, { resolved, dataFiles })]
      : [];
  });
}

/** The words of labels where the model answers. */
function placedLabels({ text, path, partials }: PromptTemplate, encoder: TokenEncoder): Settings['labels'] {
  const analysis = analysisOf(text, path, (name) => partials[name]);
  return wordsInPlace(analysis, answerPlace(analysis, encoder));
}

interface Source {
  readonly template: PromptTemplate;
  readonly resolved: Settings;
}

function fieldOf(key: SettingKey, group: string, { template, resolved }: Source): FormField {
  return {
    name: key.name,
    group,
    meaning: key.meaning(),
    range: describeRange(key),
    otherwise: settingText(resolved, key.name),
    written: key.name in template.written,
    choices: choicesOf(key),
    methods: resolved.method === 'hard' ? ['hard'] : (onlyFor[key.name] ?? trainableMethods),
    paper: key.paper ?? null,
  };
}

function dataField(
  name: string,
  group: string,
  { resolved, dataFiles }: Pick<Source, 'resolved'> & { readonly dataFiles: readonly string[] },
): FormField {
  const split = name.slice('data.'.length) as (typeof splits)[number];
  const written = resolved.data[split];
  return {
    name,
    group,
    meaning: dataMeanings[split](),
    range:
      split === 'train'
        ? l10n.t`the path of a .jsonl, .json, .csv or .tsv file, or { file: path, columns: […], separator: ";", \
encoding: … }`
        : l10n.t`the path of a .jsonl, .json, .csv or .tsv file, or { file: path, columns: […], separator: ";", \
encoding: … }, or a share such as 15%`,
    otherwise: written === undefined ? l10n.t`none` : splitText(written),
    written: written !== undefined,
    choices: [...(split === 'train' ? [] : usualShares), ...dataFiles.slice(0, mostFiles)],
    methods: resolved.method === 'hard' ? ['hard'] : trainableMethods,
    paper: null,
  };
}

const dataMeanings = {
  train: () => l10n.t`File with the rows that are learned from, relative to the template.`,
  dev: () =>
    l10n.t`File with the rows that choose among what was learned, relative to the template, or a share of those of \
train.`,
  test: () =>
    l10n.t`File with the rows that only the final numbers see, relative to the template, or a share of those of train.`,
} as const;

function choicesOf({ type }: SettingKey): readonly string[] {
  switch (type.kind) {
    case 'choice':
      return type.values;
    case 'switch':
      return ['true', 'false'];
    case 'init':
      return initialisations;
    case 'learningRate':
      return ['auto'];
    case 'readability':
      return readabilities;
    default:
      return [];
  }
}
