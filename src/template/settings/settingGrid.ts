import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { Failure } from '../../failure';
import { settingKey } from './settingKeys';
import type { SettingKey } from './settingType';
import { readSettingValue } from './readSettingValue';
import type { Format } from './settings';

/** Values tried for each setting, as `--set` takes them: one for most, several for those that a grid varies. */
export interface SettingGrid {
  /** Names of the settings that have several values, in the order in which they were written. */
  readonly varied: readonly string[];
  /** One set of values for each training, the last setting varying fastest. */
  readonly cells: readonly Readonly<Record<string, string>>[];
}

/** Trainings of one grid at most; more are probably a mistake. */
const mostCells = 200;

/**
 * Expands settings into the cells of a grid: a list where one value belongs is a grid over its elements.
 * @param set `tune.k` → YAML text; sub-keys such as `tune.data.train` never vary
 * @throws Failure "unknown-key", "invalid-value" or "grid-size"
 */
export function expandGrid(set: Readonly<Record<string, string>>): SettingGrid {
  const choices = Object.entries(set).map(([written, text]) => ({ written, values: valuesOf(written, text) }));
  const size = choices.reduce((product, { values }) => product * values.length, 1);
  if (size > mostCells)
    throw new Failure(
      'grid-size',
      l10n.t`The lists make ${size} trainings.`,
      {},
      l10n.t`Shorten them to at most ${mostCells}.`,
    );
  const cells = choices.reduce<readonly Readonly<Record<string, string>>[]>(
    (before, { written, values }) => before.flatMap((cell) => values.map((value) => ({ ...cell, [written]: value }))),
    [{}],
  );
  return { varied: choices.filter(({ values }) => values.length > 1).map(({ written }) => nameOf(written)), cells };
}

/** Settings once for each form of the prompt, in the order of the forms; as they are where no form is named. */
export const settingsOfForms = <Value>(
  set: Readonly<Record<string, Value>>,
  formats: readonly Format[] = [],
): readonly Readonly<Record<string, Value | Format>>[] =>
  formats.length === 0 ? [set] : [...new Set(formats)].map((format) => ({ ...set, 'tune.format': format }));

/** What may be written for a setting: one value, or a list of them. */
export type SettingTexts = { readonly values: readonly string[] } | { readonly problem: string };

/** Reads the text of a setting by the rules of the front matter; `0.01, 0.03` is a list as well as `[0.01, 0.03]`. */
export function readSettingText(key: SettingKey, text: string): SettingTexts {
  let written: unknown;
  try {
    written = parse(text, { logLevel: 'error' });
    if (
      typeof written === 'string' &&
      written.includes(',') &&
      (key.type.kind === 'metrics' || key.type.kind === 'propose' || listed.has(key.type.kind))
    )
      written = parse(`[${text}]`, { logLevel: 'error' });
  } catch {
    return { problem: l10n.t`What is written for tune.${key.name} is not YAML.` };
  }
  const isWhole = ['labels', 'variables', 'metrics', 'propose'].includes(key.type.kind);
  const list: readonly unknown[] = Array.isArray(written) && !isWhole ? written : [written];
  if (list.length === 0) return { problem: l10n.t`The list of tune.${key.name} is empty.` };
  for (const value of list) {
    const result = readSettingValue(key, value);
    if ('problem' in result) return { problem: result.problem };
  }
  const texts = list.map((value) => (typeof value === 'string' && !isWhole ? value : JSON.stringify(value)));
  return { values: [...new Set(texts)] };
}

/** Kinds whose values contain no comma of their own. */
const listed: ReadonlySet<SettingKey['type']['kind']> = new Set([
  'whole',
  'number',
  'switch',
  'choice',
  'learningRate',
  'readability',
  'init',
  'examples',
]);

function valuesOf(written: string, text: string): readonly string[] {
  const name = nameOf(written);
  const key = settingKey(name.split('.')[0]!);
  // Errors in a name are reported by resolveSettings; here the name only decides whether there is a list.
  if (!key || name.includes('.')) return [text];
  const read = readSettingText(key, text);
  if ('problem' in read) throw new Failure('invalid-value', read.problem, {}, l10n.t`Change tune.${name}.`);
  return read.values;
}

function nameOf(written: string): string {
  return written.replace(/^tune\./, '');
}
