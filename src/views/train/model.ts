import * as l10n from '@vscode/l10n';
import { hostedModelOf } from '../../template/read/hostedModel';
import { templateName } from '../../template/read/templateName';
import { Failure } from '../../failure';
import { enumerated, sentences } from '../../listed';
import { planStudy } from '../../runs/work/study/planStudy';
import { describeRange } from '../../template/settings/describeSetting';
import type { ModelSizes } from '../../template/settings/trainedParameters';
import { resolveSettings } from '../../template/read/resolveSettings';
import { expandGrid, readSettingText } from '../../template/settings/settingGrid';
import {
  initialisations,
  readabilities,
  settingKey,
  settingKeys,
  splits,
  type SettingKey,
} from '../../template/settings/settingKeys';
import type { Settings } from '../../template/settings/settings';
import type { PromptTemplate } from '../../template/read/template';
import { trainedParameters } from '../../template/settings/trainedParameters';
import { analysisOf } from '../../template/read/analysisCache';
import { promptForm } from '../../template/render/promptForm';
import { answerPlace, wordsInPlace } from '../../template/render/length/promptLength';
import type { TokenEncoder } from '../../template/text/tokenEncoder';
import { settingText } from '../../template/settings/settingText';
import { readSplitText, splitText, usualShares, type WrittenSource } from '../../template/settings/data/dataShares';
import { costOfMissing } from '../../template/settings/data/missingSplits';
import { formAtEndpoint } from '../../endpoint/formAtEndpoint';
import { requireMeasurable } from '../../endpoint/requireMeasurable';
import {
  trainableMethods,
  type FormCheck,
  type FormField,
  type FormMethod,
  type FormState,
  type FormValues,
  type SlurmChoice,
  type TrainableMethod,
} from './contract';

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

/** What can be done with a template, by where its model runs. */
export const offeredMethods = ({ model }: Pick<PromptTemplate, 'model'>): readonly FormMethod[] =>
  hostedModelOf(model) ? ['hard'] : trainableMethods;

/** Values with methods that the template's model allows: forms are kept, and templates change. */
export function fittingValues(values: FormValues, template: Pick<PromptTemplate, 'model'>): FormValues {
  const offered = offeredMethods(template);
  const methods = values.methods.filter((method) => offered.includes(method));
  return methods.length === values.methods.length ? values : { ...values, methods: [methods[0] ?? offered[0]!] };
}

const whyElsewhere = (model: string): string =>
  l10n.t`"${model}" runs elsewhere, so that its prompt is measured as it is written: soft prompts, \
prefixes and the search for an instruction need gradients and losses, which only a model that runs here gives.`;

/** Files offered for a split: those that fit come first, and any other can be written. */
const mostFiles = 8;

/** Why a template without an answer slot cannot be trained. */
const unanswered = (): string =>
  sentences([
    l10n.t`The template does not say what the model answers, so nothing can be trained.`,
    l10n.t`Add output.schema with one field, and end the body with that field.`,
  ]);

/** What the form asks for a template. @param dataFiles found near the template, relative to its folder */
export function formState(
  file: string,
  template: PromptTemplate,
  {
    values,
    from,
    dataFiles,
    encoder,
    slurm = null,
  }: {
    readonly values: FormValues;
    readonly from: string | null;
    readonly dataFiles: readonly string[];
    /** Tokenizer of the model, where it could be read. */
    readonly encoder?: TokenEncoder;
    /** What profile and settings ask of Slurm, where this machine has it. */
    readonly slurm?: SlurmChoice | null;
  },
): FormState {
  const isElsewhere = hostedModelOf(template.model) !== undefined;
  const fitting = fittingValues(values, template);
  const offered = offeredMethods(template);
  return {
    file,
    template: templateName(file),
    model: template.model,
    offered,
    elsewhere: isElsewhere ? whyElsewhere(template.model) : null,
    fields: fieldsOf(template, fitting.methods[0] ?? offered[0]!, dataFiles, encoder),
    values: fitting,
    from,
    slurm: isElsewhere ? null : slurm,
    problem: template.output && (template.answerSlot ?? template.innerSlot) ? null : unanswered(),
  };
}

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

/** What was filled in, as `--set` takes it. */
export function overridesOf({ set }: FormValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(set)
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) => [`tune.${name}`, text.trim()]),
  );
}

/**
 * Checks what was filled in, field by field and together.
 * @param sizes of the model, where they are known
 * @param encoder tokenizer of the model, where it could be read
 */
export function checkForm(
  template: PromptTemplate,
  values: FormValues,
  sizes: ModelSizes | undefined,
  encoder?: TokenEncoder,
): FormCheck {
  const problems = Object.fromEntries(
    Object.entries(values.set).flatMap(([name, text]) => {
      const problem = text.trim() === '' ? undefined : problemOf(name, text);
      return problem === undefined ? [] : [[name, problem]];
    }),
  );
  const nothing = { runs: 0, varied: [], trained: [], form: null, cost: null };
  if (values.methods.length === 0) return { problems, problem: l10n.t`Choose at least one method.`, ...nothing };
  if (Object.keys(problems).length > 0) return { problems, problem: null, ...nothing };
  try {
    const overrides = overridesOf(values);
    const { runs, study } = planStudy(template, values.methods, overrides);
    const settings = resolveSettings(template, values.methods[0]!, firstOf(overrides));
    if (hostedModelOf(template.model))
      return {
        ...nothing,
        problems,
        ...checkElsewhere(template, settings, { runs: runs.length, study }),
      };
    const problem =
      settings.data.train === undefined ? l10n.t`There are no rows to learn from. Name a file under data.train.` : null;
    return {
      problems,
      problem,
      cost: costOfMissing(settings.data) ?? null,
      runs: runs.length,
      varied: study?.varied ?? [],
      form: (study?.varied ?? []).some((name) => /(?:^|\.)(?:format|chat)\b/.test(name))
        ? null
        : formOf(settings, encoder),
      trained: trainedOf(values).map((method) => ({
        method,
        numbers: sizes ? parametersOf(template, method, { overrides, sizes }) : null,
      })),
    };
  } catch (error) {
    return {
      problems,
      problem: error instanceof Failure ? sentences([error.message, error.remedy]) : String(error),
      ...nothing,
    };
  }
}

/** The methods of the form that train something. */
export const trainedOf = ({ methods }: FormValues): readonly TrainableMethod[] =>
  methods.filter((method) => method !== 'hard');

/** @throws Failure of what has no meaning there */
function checkElsewhere(
  template: PromptTemplate,
  settings: Settings,
  { runs, study }: { readonly runs: number; readonly study: ReturnType<typeof planStudy>['study'] },
): Pick<FormCheck, 'runs' | 'varied' | 'form' | 'problem'> {
  requireMeasurable(template, settings);
  const { train, dev, test } = settings.data;
  const isChat = formAtEndpoint(settings) === 'chat';
  return {
    runs,
    varied: study?.varied ?? [],
    problem: (train ?? dev ?? test) ? null : l10n.t`There are no rows to measure it on. Name a file under data.test.`,
    form: {
      name: isChat ? l10n.t`messages` : l10n.t`text`,
      why: isChat
        ? l10n.t`The endpoint puts them into the chat template of its model.`
        : l10n.t`tune.format is ${settings.format ?? 'text'}.`,
    },
  };
}

function formOf(settings: Settings, encoder: TokenEncoder | undefined): FormCheck['form'] {
  const { name, why } = promptForm(settings, encoder);
  return { name, why };
}

function problemOf(name: string, text: string): string | undefined {
  const key = settingKey(name);
  if (!key)
    return splits.some((split) => name === `data.${split}`)
      ? splitProblem(name.slice('data.'.length), text)
      : l10n.t`There is no setting tune.${name}.`;
  const read = readSettingText(key, text);
  return 'problem' in read ? read.problem : undefined;
}

function splitProblem(split: string, text: string): string | undefined {
  const read = readSplitText(split, text);
  return 'problem' in read ? read.problem : undefined;
}

/** Each list by its first value: one training of a grid. */
export function firstOf(overrides: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return expandGrid(overrides).cells[0]!;
}

/**
 * Parameters that a method trains; null where they depend on the tokens of an instruction, or of a slot that takes its
 * length from its text, because only the model knows those.
 */
function parametersOf(
  template: PromptTemplate,
  method: TrainableMethod,
  { overrides, sizes }: { readonly overrides: Readonly<Record<string, string>>; readonly sizes: ModelSizes },
): number | null {
  const settings = resolveSettings(template, method, firstOf(overrides));
  if (method === 'v2' && settings.layers === 'all')
    return settings.instruction === 'fixed' || settings.instruction === 'text'
      ? trainedParameters('v2', settings.length, sizes)
      : null;
  if (method === 'v2') return null;
  const lengths = template.slots.map(({ length }) => length);
  if (lengths.some((length) => length === undefined)) return null;
  const tokens = lengths.length > 0 ? lengths.reduce<number>((sum, length) => sum + length!, 0) : settings.length;
  return trainedParameters(method, tokens, sizes);
}

/** @throws Failure "invalid-value" */
function sourceOf(text: string, split: string): WrittenSource {
  const read = readSplitText(split, text);
  if ('value' in read) return read.value;
  throw new Failure('invalid-value', read.problem, {}, l10n.t`Change data.${split}.`);
}

const yamlOf = (source: WrittenSource): string =>
  typeof source === 'string' ? JSON.stringify(source) : splitText(source);

/**
 * What `Save to Template` writes: one value each, `tune.data` whole.
 * @throws Failure "grid-not-saved": a list is a grid, which a template cannot hold
 */
export function settingsToSave(template: PromptTemplate, values: FormValues): Readonly<Record<string, string>> {
  const { varied } = expandGrid(overridesOf(values));
  if (varied.length > 0)
    throw new Failure(
      'grid-not-saved',
      varied.length === 1
        ? l10n.t`A template holds one value for each setting, and ${varied[0]!} has several.`
        : l10n.t`A template holds one value for each setting, and ${enumerated(varied)} have several.`,
      {},
      l10n.t`Keep one value, then save.`,
    );
  const written = Object.entries(values.set)
    .map(([name, text]) => [name, text.trim()] as const)
    .filter(([, text]) => text !== '');
  const files = written
    .filter(([name]) => name.startsWith('data.'))
    .map(([name, text]) => [name.slice('data.'.length), text] as const)
    .map(([split, text]) => [split, sourceOf(text, split)] as const);
  const plain = written.filter(([name]) => !name.startsWith('data.'));
  if (files.length === 0) return Object.fromEntries(plain);
  const data = { ...template.written.data, ...Object.fromEntries(files) };
  const entries = splits.flatMap((split) => (data[split] === undefined ? [] : [`${split}: ${yamlOf(data[split])}`]));
  return { ...Object.fromEntries(plain), data: `{ ${entries.join(', ')} }` };
}
