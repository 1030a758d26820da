import * as l10n from '@vscode/l10n';
import type { Proposal } from './completionItem';
import { describeDefaults, describeRange, describeSetting } from '../settings/describeSetting';
import { usualShares } from '../settings/data/dataShares';
import { dataFileKey, dataFileKeys } from '../settings/data/dataSource';
import { dotpromptKey, dotpromptKeys, picoTypes } from '../settings/decoding/dotpromptKeys';
import type { DotpromptKey } from '../settings/decoding/dotpromptKeys';
import type { TemplateContext } from '../read/templateContext';
import { choicesOf, initialisations, readabilities, type SettingKey } from '../settings/settingType';
import { settingKey, settingKeys } from '../settings/settingKeys';
import { splits } from '../settings/settings';
import type { TolerantParse } from '../syntax/tolerantParse';
import type { YamlLocation } from '../syntax/yamlOutline';
import { proposeChatValues, proposeChatVariables, wordsAsLabels } from './completeChat';
import { meaningOfMetricKey, proposeMetricKeys, proposeMetricValues } from './completeMetrics';
import { yamlText } from '../text/yamlText';

/** Keys that fit at a location of the front matter and are not written yet. */
export function proposeKeys(
  parsed: TolerantParse,
  location: YamlLocation,
  context: TemplateContext,
  writtenAt: (path: readonly string[]) => ReadonlySet<string>,
): readonly Proposal[] {
  const { path } = location;
  const written = writtenAt(path);
  const top = path.length === 0;
  const inDotprompt = dotpromptKeys.filter(
    (key) =>
      key.path.length === path.length + 1 &&
      path.every((step, index) => step === key.path[index]) &&
      !['ext', 'raw'].includes(key.path[0]!),
  );
  const ofDotprompt = (key: DotpromptKey): Proposal => ({
    label: key.path.at(-1)!,
    kind: 'setting',
    documentation: key.meaning(),
    ...(location.flow
      ? { insert: `${key.path.at(-1)!}: ` }
      : {
          insert: `${key.path.at(-1)!}: ${key.value ?? ''}`.replace(': \n', ':\n'),
          ...(key.value && { snippet: true as const }),
        }),
  });
  const proposals: Proposal[] = [
    ...inDotprompt.filter((key) => !key.rare).map(ofDotprompt),
    ...(top
      ? settingKeys.map((key): Proposal => ({
          label: `tune.${key.name}`,
          kind: 'setting',
          detail: describeDefaults(key) ?? describeRange(key),
          documentation: describeSetting(key),
          insert: `tune.${key.name}: `,
        }))
      : []),
    ...inDotprompt.filter((key) => key.rare).map(ofDotprompt),
    ...keysOfSetting(path, parsed, context),
    ...keysOfSchema(path, context),
    ...keysOfDemonstration(path, parsed, context),
  ];
  return proposals.filter((proposal) => !written.has(proposal.label));
}

function keysOfSetting(path: readonly string[], parsed: TolerantParse, context: TemplateContext): readonly Proposal[] {
  if (path.length === 2 && path[0] === 'tune.data')
    return dataFileKeys.map(({ name, meaning, range }) => ({
      label: name,
      kind: 'setting',
      detail: range(),
      documentation: meaning(),
      insert: `${name}: `,
    }));
  if (path[0] === 'tune.metrics') return proposeMetricKeys(path.slice(1));
  if (path.length !== 1) return [];
  const kind = settingKey(path[0]!.replace(/^tune\./, ''))?.type.kind;
  if (kind === 'data')
    return splits.map((split) => ({
      label: split,
      kind: 'setting',
      insert: `${split}: `,
      detail: {
        train: l10n.t`rows to learn from`,
        dev: l10n.t`rows to choose by`,
        test: l10n.t`rows for the final numbers`,
      }[split],
    }));
  if (kind === 'labels') {
    const wordOf = wordsAsLabels(parsed, context);
    return labelsOf(parsed).map((label) => ({
      label,
      kind: 'label',
      insert: `${yamlText(label)}: ${JSON.stringify(wordOf(label))}`,
      detail: l10n.t`the words that stand for it`,
    }));
  }
  if (kind === 'variables') return proposeChatVariables(parsed, context);
  if (kind === 'init')
    return [
      {
        label: 'text',
        kind: 'setting',
        insert: 'text: "$1"',
        snippet: true,
        detail: l10n.t`words whose embeddings the virtual tokens start from`,
      },
    ];
  return [];
}

/** Columns of the data, as fields of a schema that does not list them yet. */
function keysOfSchema(path: readonly string[], { columns = [] }: TemplateContext): readonly Proposal[] {
  if (path.length !== 2 || path[1] !== 'schema') return [];
  if (path[0] === 'input')
    return columns.map((column) => ({
      label: column,
      kind: 'column',
      insert: `${yamlText(column)}: string`,
      detail: l10n.t`column of the data`,
    }));
  return path[0] === 'output'
    ? columns.map((column) => ({
        label: column,
        kind: 'column',
        insert: `${column}(enum): [$1]`,
        snippet: true,
        detail: l10n.t`column of the data`,
      }))
    : [];
}

/** The fields of a demonstration in `input.default`: the inputs and the answer. */
function keysOfDemonstration(
  path: readonly string[],
  parsed: TolerantParse,
  context: TemplateContext,
): readonly Proposal[] {
  if (path.length !== 4 || path[0] !== 'input' || path[1] !== 'default') return [];
  const names = new Set([
    ...(parsed.input?.fields ?? []).map((field) => field.name),
    ...parsed.outputs.map((field) => field.name),
    ...(context.columns ?? []),
  ]);
  return [...names].map((name) => ({
    label: name,
    kind: 'column',
    insert: `${yamlText(name)}: `,
    detail: l10n.t`shown in this demonstration`,
  }));
}

/** Values that fit at a location of the front matter. */
export function proposeValues(
  parsed: TolerantParse,
  { path }: YamlLocation,
  context: TemplateContext,
): readonly Proposal[] {
  const [first, second] = path;
  if (first === 'model' && path.length === 1) {
    const here = ['builtin', ...(context.models ?? [])].map((model) => ({
      label: model,
      kind: 'model' as const,
      detail:
        model === 'builtin'
          ? l10n.t`comes with Prompt Tuner`
          : (context.modelDetails?.[model] ?? l10n.t`on this machine`),
    }));
    return [
      ...here,
      { label: 'openai:', kind: 'model', detail: l10n.t`a model that runs elsewhere, by its name there` },
    ];
  }
  const setting = first?.startsWith('tune.') ? settingKey(first.slice('tune.'.length)) : undefined;
  if (setting) return valuesOfSetting(setting, path, parsed, context);
  if ((first === 'input' || first === 'output') && second === 'schema' && path.length === 3) {
    const columnLabels = first === 'output' && path[2]!.includes('(enum') ? Object.keys(context.dataLabels ?? {}) : [];
    if (columnLabels.length > 0)
      return [
        {
          label: `[${columnLabels.join(', ')}]`,
          kind: 'label',
          detail: l10n.t`the labels of the data`,
          insert: `[${columnLabels.map(yamlText).join(', ')}]`,
        },
      ];
    return picoTypes.map((type) => ({ label: type, kind: 'value', detail: 'type' }));
  }
  const answersHere =
    first === 'input' && second === 'default' && parsed.outputs.some((field) => field.name === path.at(-1));
  const inEnum = first === 'output' && second === 'schema' && path.length === 4;
  if (inEnum)
    return Object.keys(context.dataLabels ?? {}).map((label) => ({
      label,
      kind: 'label',
      insert: yamlText(label),
      detail: l10n.t`label of the data`,
    }));
  return answersHere
    ? labelsOf(parsed).map((label) => ({ label, kind: 'label', insert: yamlText(label), detail: 'label' }))
    : [];
}

function dataFilesOf({ dataFiles = [] }: TemplateContext): readonly Proposal[] {
  return dataFiles.map((file) => ({ label: file, kind: 'file', insert: yamlText(file), detail: l10n.t`data file` }));
}

function valuesOfDataFile(name: string, context: TemplateContext): readonly Proposal[] {
  if (name === 'file') return dataFilesOf(context);
  return (dataFileKey(name)?.values ?? []).map((value) => ({ label: value, kind: 'value' }));
}

function valuesOfSetting(
  setting: SettingKey,
  path: readonly string[],
  parsed: TolerantParse,
  context: TemplateContext,
): readonly Proposal[] {
  const { type } = setting;
  const byDefault = describeDefaults(setting);
  const value = (label: string): Proposal => ({
    label,
    kind: 'value',
    ...(label === byDefault && { detail: 'default' }),
  });
  if (type.kind === 'data' && path.length === 2)
    return [
      ...dataFilesOf(context),
      ...(path[1] === 'train' ? [] : usualShares.map(shareValue)),
      {
        label: '{ file: …, separator: … }',
        kind: 'value',
        insert: `{ file: \${1:rows.csv}, separator: "\${2:;}" }`,
        snippet: true,
        detail: l10n.t`a file with the way to read it`,
      },
    ];
  if (type.kind === 'data' && path.length === 3) return valuesOfDataFile(path[2]!, context);
  if (type.kind === 'labels' && path.length >= 2) return [wordItself(path[1]!, wordsAsLabels(parsed, context))];
  if (type.kind === 'variables' && path.length === 2) return proposeChatValues(path[1]!, context);
  if (type.kind === 'metrics') return proposeMetricValues(path.slice(1));
  if (path.length > 1) return [];
  switch (type.kind) {
    case 'choice':
      return choicesOf(type).map(value);
    case 'switch':
      return ['true', 'false'].map(value);
    case 'column':
      return (context.columns ?? []).map((column) => ({ label: yamlText(column), kind: 'column' }));
    case 'learningRate':
      return [{ label: 'auto', kind: 'value', detail: l10n.t`tries a few and keeps the best` }];
    case 'readability':
      return readabilities.map(value);
    case 'init':
      return [
        ...initialisations.map(value),
        {
          label: '{ text: "…" }',
          kind: 'value',
          insert: '{ text: "$1" }',
          snippet: true,
          detail: l10n.t`words to start from`,
        },
      ];
    case 'data':
      return [
        {
          label: '{ train: …, dev: …, test: … }',
          kind: 'value',
          insert: `{ train: \${1:data/train.jsonl}, dev: \${2:data/dev.jsonl}, test: \${3:data/test.jsonl} }`,
          snippet: true,
        },
        {
          label: '{ train: …, dev: 15%, test: 15% }',
          kind: 'value',
          insert: `{ train: \${1:data/rows.csv}, dev: \${2:15%}, test: \${3:15%} }`,
          snippet: true,
          detail: l10n.t`one file, of which rows are held out`,
        },
      ];
    case 'labels': {
      const wordOf = wordsAsLabels(parsed, context);
      const words = labelsOf(parsed).map((label) => `${yamlText(label)}: ${JSON.stringify(wordOf(label))}`);
      return words.length > 0
        ? [
            {
              label: '{ … }',
              kind: 'label',
              insert: `{ ${words.join(', ')} }`,
              detail: l10n.t`each label and its word`,
            },
          ]
        : [];
    }
    default:
      return byDefault === undefined ? [] : [value(byDefault)];
  }
}

const shareValue = (share: string): Proposal => ({
  label: share,
  kind: 'value',
  detail: l10n.t`of the rows of train, held out`,
});

const wordItself = (label: string, wordOf: (label: string) => string): Proposal => ({
  label: JSON.stringify(wordOf(label)),
  kind: 'label',
  detail: wordOf(label) === label ? l10n.t`its own word, after no space` : l10n.t`its own word after a space`,
});

/** Labels of the enum that the model answers. */
export function labelsOf({ outputs }: TolerantParse): readonly string[] {
  return outputs.find((field) => field.values)?.values ?? [];
}

/** The meaning of the key at a path, in Markdown; undefined when neither dotprompt nor Prompt Tuner defines it. */
export function meaningOfKey(path: readonly string[]): string | undefined {
  const setting =
    path.length === 1 && path[0]!.startsWith('tune.') ? settingKey(path[0]!.slice('tune.'.length)) : undefined;
  if (setting) return describeSetting(setting);
  if (path[0] === 'tune.metrics') return meaningOfMetricKey(path.slice(1));
  const fileKey = path.length === 3 && path[0] === 'tune.data' ? dataFileKey(path[2]!) : undefined;
  if (fileKey) return l10n.t`**${fileKey.name}**\n\n${fileKey.meaning()}\n\nValue: ${fileKey.range()}.`;
  const key = dotpromptKey(path);
  return key && `**${path.join('.')}**\n\n${key.meaning()}`;
}
