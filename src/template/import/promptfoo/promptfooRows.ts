import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { valueText } from '../../../data/valueText';
import { isMapping } from '../../syntax/schema';
import { pathsMatching } from '../importFiles';
import { readPath } from '../jinja/jinjaNames';
import { answerAmong, assertionsOf } from './promptfooAssertions';
import { readDataFile, type Mapping, type Reading } from './promptfooFiles';
import { lostOfTest } from './promptfooLimits';
import type { RowAssertions } from './promptfooMetrics';
import { readTests, varsOf } from './promptfooTests';

/** A row: the variables of a test, and what the model should answer. */
export interface TestRow {
  readonly vars: Mapping;
  readonly answer?: string;
  /** What the answer was taken from, and what else it is held to. */
  readonly asserted?: RowAssertions;
}

export interface RowReading extends Reading {
  /** Variables that a prompt goes into, so that a list stays one. */
  readonly collections: ReadonlySet<string>;
  /** Variables that the prompts read. */
  readonly used: ReadonlySet<string>;
}

/** The rows of a configuration: its tests and scenarios, every combination of lists of values a row of its own. */
export function readRows(configuration: Mapping, reading: RowReading): readonly TestRow[] {
  const common = isMapping(configuration.defaultTest) ? configuration.defaultTest : {};
  const rows = readTests(configuration, reading).flatMap((test) => rowsOf(test, common, reading));
  return withEveryVariable(rows, reading);
}

const carriedKeys = new Set(['vars', 'assert', 'options']);

function rowsOf(test: Mapping, common: Mapping, reading: RowReading): readonly TestRow[] {
  const { notCarried } = reading;
  for (const [key, value] of Object.entries(test)) if (!carriedKeys.has(key)) notCarried.push(lostOfTest(key, value));
  for (const key of Object.keys(isMapping(test.options) ? test.options : {}))
    if (key !== 'disableVarExpansion') notCarried.push(l10n.t`"options.${key}" of tests, which has no counterpart.`);
  const vars = { ...varsOf(common.vars, reading), ...varsOf(test.vars, reading) };
  const asserts = [...assertionsOf(test.assert, reading), ...assertionsOf(common.assert, reading)];
  const asserted = answerAmong(asserts, reading);
  const options = [test.options, common.options].filter(isMapping);
  const expands = !options.some(({ disableVarExpansion }) => disableVarExpansion === true);
  return combinations(vars, { ...reading, expands }).map((combination) => {
    const row = filledRow(combination, notCarried);
    if (!asserted) return { vars: row };
    const told = filled(asserted.answer, row);
    listTags(l10n.t`an assertion`, told, notCarried);
    const others = asserted.others.map((assertion) =>
      typeof assertion.value === 'string' && assertion.type !== 'javascript' && filled(assertion.value, row) === told
        ? { ...assertion, value: told }
        : assertion,
    );
    return { vars: row, answer: told, asserted: { ...asserted, answer: told, others } };
  });
}

/** Combinations of one test at most; more are probably a mistake. */
const mostCombinations = 10_000;

/**
 * Every combination of the values that lists of texts and patterns of files give to variables; a list that a prompt
 * goes into, or one of other things than texts, is one value.
 */
function combinations(vars: Mapping, reading: RowReading & { readonly expands: boolean }): readonly Mapping[] {
  const { collections, notCarried, expands } = reading;
  let rows: readonly Mapping[] = [{}];
  for (const [name, value] of Object.entries(vars)) {
    const isList = Array.isArray(value) && typeof value[0] === 'string';
    const stays = isList && (!expands || collections.has(name));
    if (stays && expands)
      notCarried.push(l10n.t`"${name}" stays a list in each row, because a prompt goes through it.`);
    const values = (isList && !stays ? value : [value]).flatMap((each: unknown) => valuesOf(name, each, reading));
    if (rows.length * values.length > mostCombinations)
      notCarried.push(l10n.t`Combinations beyond the first ${mostCombinations} of a test.`);
    const kept = rows.slice(0, Math.ceil(mostCombinations / Math.max(values.length, 1)));
    rows = kept.flatMap((row) => values.map((each) => ({ ...row, [name]: each }))).slice(0, mostCombinations);
  }
  return rows;
}

const runnable = /\.(?:js|cjs|mjs|ts|py)(?::\w+)?$/;
const noText =
  /\.(?:pdf|jpe?g|png|gif|bmp|webp|svg|mp3|wav|flac|mp4|webm|ogg|mov|avi|wmv|mkv|m4v|zip|docx|xlsx?|pptx)$/i;

/** A value as the prompt gets it: a file by its text, each that a pattern means. */
function valuesOf(name: string, value: unknown, reading: RowReading): readonly unknown[] {
  const pattern = typeof value === 'string' ? /^file:\/\/(.+)$/s.exec(value)?.[1] : undefined;
  if (pattern === undefined) return [value];
  const paths = pathsMatching(pattern, reading.files);
  if (paths.length === 0)
    reading.notCarried.push(l10n.t`The value "${pattern}" of "${name}", of which there is no file.`);
  const found = paths.flatMap((path) => {
    if (/\.ya?ml$/.test(path)) {
      const read = readDataFile(path, reading, l10n.t`The value of "${name}"`);
      return read === undefined ? [] : [JSON.stringify(read)];
    }
    const text = runnable.test(path) || noText.test(path) ? undefined : reading.files.readFile?.(path);
    if (text !== undefined) return [text.trim()];
    const reason = runnable.test(path)
      ? l10n.t`would have to be run`
      : noText.test(path)
        ? l10n.t`is no text file`
        : l10n.t`cannot be read`;
    reading.notCarried.push(l10n.t`The value of "${name}" in "${basename(path)}", which ${reason}.`);
    return [];
  });
  return found.length > 0 ? found : [value];
}

/** Texts that name variables of their row, which may name others in turn. */
function filledRow(row: Mapping, notCarried: string[]): Mapping {
  let now: Mapping = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace(/\n$/, '') : (value ?? ''),
    ]),
  );
  const deepest = 5;
  for (let depth = 0; depth < deepest; depth++) {
    const before = now;
    now = Object.fromEntries(
      Object.entries(now).map(([name, value]) => [name, typeof value === 'string' ? filled(value, before) : value]),
    );
  }
  for (const [name, value] of Object.entries(now)) listTags(l10n.t`a value of "${name}"`, value, notCarried);
  return now;
}

function listTags(where: string, value: unknown, notCarried: string[]): void {
  const tag = typeof value === 'string' ? /\{\{[^{}]*\}\}|\{%[^%]*%\}/.exec(value)?.[0] : undefined;
  if (tag !== undefined)
    notCarried.push(l10n.t`${tag} in ${where}, which Nunjucks fills in or drops; here it is text.`);
}

/** A text in which `{{name}}` and `{{name.key}}` are the row's values. */
function filled(text: string, row: Mapping): string {
  return text.replace(/\{\{-?\s*([^{}]+?)\s*-?\}\}/g, (tag, expression: string) => {
    const steps = readPath(expression);
    if (!steps || !Object.hasOwn(row, steps[0]!)) return tag;
    return valueText(
      steps.reduce<unknown>(
        (value, step) =>
          typeof value === 'object' && value !== null && Object.hasOwn(value, step)
            ? (value as Mapping)[step]
            : undefined,
        row,
      ),
    );
  });
}

/** Rows that all have what the prompts read: Nunjucks writes nothing where a variable is missing. */
function withEveryVariable(rows: readonly TestRow[], { used, notCarried }: RowReading): readonly TestRow[] {
  const lacking = [...used].filter((name) => rows.some(({ vars }) => !Object.hasOwn(vars, name)));
  for (const name of lacking) {
    const count = rows.filter(({ vars }) => !Object.hasOwn(vars, name)).length;
    notCarried.push(
      count === rows.length
        ? l10n.t`"${name}", for which no test has a value: it is empty in every row.`
        : l10n.t`"${name}", for which ${count} of ${rows.length} tests have no value: it is empty there.`,
    );
  }
  const withEmpty = (vars: Mapping): Mapping => ({
    ...vars,
    ...Object.fromEntries(lacking.filter((name) => !Object.hasOwn(vars, name)).map((name) => [name, ''])),
  });
  return lacking.length === 0 ? rows : rows.map((row) => ({ ...row, vars: withEmpty(row.vars) }));
}
