import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { Failure } from '../../failure';
import { objectMetrics } from '../../metrics/metricSetting';
import { fileOfSource, formatOfSource } from '../../data/table/tableFormat';
import { enumerated } from '../../words/listed';
import { isMapping } from '../syntax/schema';
import { dividedData, isShare, splitText, type WrittenData, type WrittenSource } from '../settings/data/dataShares';
import { isYamlSource } from '../settings/data/dataSource';
import { decodingProblem, usableDecoding } from '../settings/decoding/decodingKeys';
import { settingKey, settingKeys } from '../settings/settingKeys';
import { readSettingValue, wordsOf } from '../settings/readSettingValue';
import type { SettingKey } from '../settings/settingType';
import type { Method, Objective, Settings } from '../settings/settings';
import { nearest } from '../text/suggest';
import type { PromptTemplate } from './template';
import { analysisOf } from './analysisCache';
import { constrainsText } from './answerConstraint';
import { divisionOf } from './division';
import { labelWords, sharedWords, writtenWords } from '../settings/verbalizer';

/**
 * Every setting of a run: overrides over what the template writes over the defaults of the method.
 * @param overrides `tune.k` → value, as `--set` gives them; text is read as YAML, sub-keys such as `tune.data.train`
 *   or `tune.labels.person` change one entry, and their text is used as written unless quoted or bracketed.
 * @throws Failure `unknown-key`, `invalid-value`, `label-unknown` or `label-duplicate-word`, naming the override.
 */
export function resolveSettings(
  template: PromptTemplate,
  method: Method,
  overrides: Readonly<Record<string, unknown>>,
): Settings {
  const chosen: Record<string, unknown> = { ...defaultsOf(template, method), ...template.written, method };
  for (const [key, written] of Object.entries(overrides))
    if (decodingPath(key)) overrideDecoding(chosen, { key, written }, template);
    else applyOverride(chosen, key, written, template);
  if (template.output?.kind === 'classification') delete chosen.config;
  constrain(chosen, template, 'tune.constrain' in overrides || 'constrain' in overrides);
  const settings = {
    ...chosen,
    data: dataOf(template, chosen),
    labels: resolveLabels(template, chosen.labels as Settings['labels'], chosen.format),
  } as Settings;
  if (settings.objective === 'label' && template.output && template.output.kind !== 'classification') {
    throw invalid(
      'tune.objective',
      l10n.t`tune.objective: label needs an enum, and "${template.output.name}" is none.`,
      template,
    );
  }
  return settings;
}

/** The files, or the parts of one where dev and test take shares of train. */
function dataOf({ text, path, partials }: PromptTemplate, chosen: Readonly<Record<string, unknown>>): Settings['data'] {
  const data = chosen.data as WrittenData;
  if (!Object.values(data).some(isShare)) return data as Settings['data'];
  const analysis = analysisOf(text, path, (name) => partials[name]);
  return dividedData(data, divisionOf(analysis, chosen.splitSeed as number));
}

/** Whether answers are held to the schema: by default where they are JSON and there is one. */
function constrain(chosen: Record<string, unknown>, template: PromptTemplate, isOverride: boolean): void {
  const asked = chosen.constrain === true;
  const { output, isJson, outputSchema } = template;
  if (output?.kind === 'classification') {
    delete chosen.constrain;
    if (asked && isOverride)
      throw invalid(
        'tune.constrain',
        l10n.t`tune.constrain has no effect: the answer is chosen among labels.`,
        template,
      );
  } else if (isJson) chosen.constrain ??= outputSchema !== undefined;
  else {
    delete chosen.constrain;
    if (asked) throw invalid('tune.constrain', constrainsText(), template);
  }
}

function defaultsOf(template: PromptTemplate, method: Method): Record<string, unknown> {
  const objective: Objective = template.output?.kind === 'classification' ? 'label' : 'token';
  const known = settingKeys.filter((key) => key.defaults).map((key) => [key.name, key.defaults![method]]);
  const withoutInstruction = template.hasInstruction ? {} : { instruction: 'fixed' };
  const metrics = template.output?.object && { metrics: objectMetrics };
  return {
    data: {},
    labels: {},
    objective,
    config: {},
    ...Object.fromEntries(known),
    ...withoutInstruction,
    ...metrics,
  };
}

function applyOverride(
  chosen: Record<string, unknown>,
  written: string,
  value: unknown,
  template: PromptTemplate,
): void {
  const [name, ...rest] = written.replace(/^tune\./, '').split('.');
  const key = settingKey(name!);
  const suggestion = nearest(
    name!,
    settingKeys.map((each) => each.name),
  );
  if (!key || (rest.length > 0 && !['data', 'labels', 'init', 'variables', 'examples'].includes(key.type.kind))) {
    throw new Failure(
      'unknown-key',
      l10n.t`There is no setting "${written}".`,
      { file: template.path },
      suggestion ? l10n.t`Did you mean tune.${suggestion}?` : l10n.t`The reference page lists every tune.* key.`,
    );
  }
  if (key.name === 'method')
    throw invalid(written, l10n.t`The method is given by --method, not by a setting.`, template);
  const read = rest.length > 0 ? entryOf(chosen, key, rest.join('.'), value) : parseText(value, written, template);
  const result = readSettingValue(key, read);
  if ('problem' in result) throw invalid(written, result.problem, template);
  chosen[key.name] = result.value;
}

/** `config.temperature`, or `config` for all of it; also behind `tune.`, as settings are handed on. */
const decodingPath = (key: string): readonly string[] | undefined => {
  const path = key.replace(/^tune\./, '').split('.');
  return path[0] === 'config' ? path.slice(1) : undefined;
};

function overrideDecoding(
  chosen: Record<string, unknown>,
  { key, written }: { readonly key: string; readonly written: unknown },
  template: PromptTemplate,
): void {
  if (template.output?.kind === 'classification')
    throw invalid(key, l10n.t`${key} has no effect: the answer is chosen among labels, not decoded.`, template);
  const path = decodingPath(key)!;
  const value = parseText(written, key, template);
  if (path.length === 0 && !isMapping(value)) throw invalid(key, l10n.t`${key} must be a mapping.`, template);
  const changed = isMapping(value) && path.length === 0 ? value : { [path.join('.')]: value };
  for (const [name, entry] of Object.entries(changed)) {
    const problem = decodingProblem(name, entry);
    if (problem)
      throw new Failure(
        problem.code,
        problem.message,
        { file: template.path },
        problem.meant ? l10n.t`Did you mean config.${problem.meant}?` : l10n.t`Change ${key}.`,
      );
  }
  const before = path.length > 0 && isMapping(chosen.config) ? chosen.config : {};
  chosen.config = usableDecoding({ ...before, ...changed });
}

/** A mapping with one entry changed. */
function entryOf(chosen: Readonly<Record<string, unknown>>, key: SettingKey, entry: string, value: unknown): unknown {
  if (key.type.kind === 'data') return sourceChanged((chosen.data ?? {}) as WrittenData, entry, value);
  const current =
    isMapping(chosen[key.name]) && key.type.kind !== 'init'
      ? (chosen[key.name] as Readonly<Record<string, unknown>>)
      : {};
  const verbatim =
    !['variables', 'examples'].includes(key.type.kind) && typeof value === 'string' && !/^\s*["'[]/.test(value);
  const read = verbatim ? value : parseText(value, `tune.${key.name}.${entry}`);
  return { ...current, [entry]: key.type.kind === 'labels' ? (wordsOf(read) ?? read) : read };
}

/** `train` takes a path or a mapping; `train.encoding` changes how the file that is named is read. */
function sourceChanged(written: WrittenData, entry: string, value: unknown): unknown {
  const current: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries(written).map(([split, source]) => [split, isShare(source) ? splitText(source) : source]),
  );
  const [split, option] = entry.split('.', 2) as [string, string?];
  const verbatim = typeof value === 'string' && !isYamlSource(value);
  const read = verbatim ? value : parseText(value, `tune.data.${entry}`);
  if (option === undefined) return { ...current, [split]: read };
  const source = (written as Readonly<Record<string, WrittenSource>>)[split] ?? '';
  // A share is read as train's file is.
  if (isShare(source)) return { ...current, [split]: { [option]: read } };
  return { ...current, [split]: { ...formatOfSource(source), file: fileOfSource(source), [option]: read } };
}

function parseText(value: unknown, written: string, template?: PromptTemplate): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parse(value, { logLevel: 'error' });
  } catch {
    throw new Failure(
      'invalid-value',
      l10n.t`The value of ${written} is not YAML.`,
      { file: template?.path },
      l10n.t`Quote it, as in --set 'tune.init={ text: "words" }'.`,
    );
  }
}

function resolveLabels(
  { output, path }: PromptTemplate,
  written: Settings['labels'],
  format: unknown,
): Settings['labels'] {
  if (output?.kind !== 'classification') return {};
  const unknown = Object.keys(written).find((label) => !output.labels.includes(label));
  if (unknown !== undefined) {
    throw new Failure(
      'label-unknown',
      l10n.t`"${unknown}" is not a label of "${output.name}".`,
      { file: path },
      l10n.t`The labels are ${enumerated(output.labels)}.`,
    );
  }
  const words = labelWords(output.labels, written);
  // In a chat words that nobody wrote begin without a space; what they share is found where the model is known.
  const [shared] = sharedWords(format === 'text' ? words : writtenWords(words, written));
  if (shared) {
    throw new Failure(
      'label-duplicate-word',
      l10n.t`The word "${shared.word}" stands for both "${shared.first}" and "${shared.second}".`,
      { file: path },
      l10n.t`Give each label a word of its own under tune.labels.`,
    );
  }
  return words;
}

function invalid(key: string, message: string, template: PromptTemplate): Failure {
  return new Failure('invalid-value', message, { file: template.path }, l10n.t`Change ${key}.`);
}
