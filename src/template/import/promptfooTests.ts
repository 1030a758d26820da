import { basename, extname } from 'node:path';
import { decodeFields } from '../../data/delimited';
import { parseJson } from '../../data/exactNumber';
import { readSeparator } from '../../data/tableFormat';
import { valueText } from '../../data/valueText';
import { isMapping } from '../syntax/schema';
import { pathsMatching, type FilesAround } from './importFiles';
import { readImportedYaml } from './importYaml';

type Mapping = Readonly<Record<string, unknown>>;

/** A row: the variables of a test, and what the model should answer. */
export interface TestRow {
  readonly vars: Mapping;
  readonly answer?: string;
}

interface Reading {
  readonly files: FilesAround;
  readonly notCarried: string[];
  /** Variables that a prompt goes into, so that a list stays one. */
  readonly collections: ReadonlySet<string>;
}

/** The rows of a configuration: its tests and scenarios, every combination of lists of values a row of its own. */
export function readRows(configuration: Mapping, reading: Reading): readonly TestRow[] {
  const common = isMapping(configuration.defaultTest) ? configuration.defaultTest : {};
  const tests = [...testsOf(configuration.tests, reading), ...scenarioTests(configuration.scenarios, reading)];
  return tests.flatMap((test) => rowsOf(test, common, reading));
}

/** Tests in a list, in files, or both. */
function testsOf(value: unknown, reading: Reading): readonly Mapping[] {
  if (typeof value === 'string') return testsInFiles(value, reading);
  if (isMapping(value)) {
    const path = value.path;
    return typeof path === 'string' ? testsInFiles(path, reading) : [value];
  }
  return Array.isArray(value) ? value.flatMap((each: unknown) => testsOf(each, reading)) : [];
}

function testsInFiles(written: string, { files, notCarried }: Reading): readonly Mapping[] {
  const paths = pathsMatching(written.replace(/^file:\/\//, ''), files);
  if (paths.length === 0) notCarried.push(`The tests "${written}", of which there is no file.`);
  return paths.flatMap((path): readonly Mapping[] => {
    const text = readable.has(extname(path)) ? files.readFile?.(path) : undefined;
    if (text === undefined) {
      notCarried.push(
        `The tests in "${basename(path)}", which cannot be read; name the file under tune.data if it has rows.`,
      );
      return [];
    }
    return testsInText(text, path);
  });
}

const readable = new Set(['.yaml', '.yml', '.json', '.jsonl', '.csv', '.tsv']);

function testsInText(text: string, path: string): readonly Mapping[] {
  const extension = extname(path);
  if (extension === '.csv' || extension === '.tsv') return tableTests(text, extension === '.csv' ? ',' : '\t');
  if (extension === '.jsonl')
    return text.split(/\r\n?|\n/).flatMap((line) => {
      const test: unknown = line.trim() === '' ? undefined : parseJson(line);
      return isMapping(test) ? [test] : [];
    });
  const value = readImportedYaml(text, `"${basename(path)}"`);
  return (Array.isArray(value) ? value : [value]).filter(isMapping);
}

/** A row of a table is a test: its columns are variables, those that begin with two underlines say more of it. */
function tableTests(text: string, separator: string): readonly Mapping[] {
  const records = splitRecords(text).map((record) => ({ text: record, line: 1 }));
  const [header = [], ...rows] = decodeFields(records, readSeparator(separator)!);
  return rows.map((fields) => {
    const cells = header.map((name, column) => [name.trim(), fields[column] ?? ''] as const);
    return {
      vars: Object.fromEntries(cells.filter(([name]) => name !== '' && !name.startsWith('__'))),
      assert: cells
        .filter(([name, value]) => /^__expected\d*$/.test(name) && value.trim() !== '')
        .map(([, value]) => assertionOf(value.trim())),
    };
  });
}

/** Records of a table: lines, but for line ends inside quotes. */
function splitRecords(text: string): readonly string[] {
  const records: string[] = [];
  let quoted = false;
  let start = 0;
  for (const match of `${text}\n`.matchAll(/"|\r\n?|\n/g)) {
    if (match[0] === '"') quoted = !quoted;
    else if (!quoted) {
      records.push(text.slice(start, match.index));
      start = match.index + match[0].length;
    }
  }
  return records.filter((record) => record.trim() !== '');
}

/** What `__expected` writes in short: `equals: good`, `contains: x`; a text without a type is to be equalled. */
function assertionOf(written: string): Mapping {
  const [, type, value] = /^((?:not-)?[a-z]+(?:-[a-z]+)*)(?:\(\d*\.?\d+\))?:\s*([\s\S]*)$/.exec(written) ?? [];
  if (type !== undefined && (knownTypes.has(type) || type.startsWith('not-'))) return { type, value };
  return /^(?:is-json|is-valid-.*)$/.test(written) ? { type: written } : { type: 'equals', value: written };
}

const knownTypes = new Set([
  ...['equals', 'contains', 'icontains', 'starts-with', 'contains-any', 'contains-all', 'icontains-any'],
  ...['icontains-all', 'regex', 'is-json', 'contains-json', 'similar', 'llm-rubric', 'grade', 'factuality'],
  ...['javascript', 'fn', 'eval', 'python', 'file', 'levenshtein', 'rouge-n', 'latency', 'cost', 'webhook'],
  ...['answer-relevance', 'model-graded-closedqa', 'classifier', 'moderation', 'perplexity', 'bleu'],
]);

/** Each configuration of a scenario runs each of its tests. */
function scenarioTests(value: unknown, reading: Reading): readonly Mapping[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isMapping).flatMap(({ config, tests }) => {
    const cases = testsOf(tests, reading);
    return testsOf(config, reading).flatMap((each) =>
      (cases.length > 0 ? cases : [{}]).map((test: Mapping) => ({
        ...each,
        ...test,
        vars: { ...varsOf(each.vars, reading), ...varsOf(test.vars, reading) },
      })),
    );
  });
}

function rowsOf(test: Mapping, common: Mapping, reading: Reading): readonly TestRow[] {
  const vars = { ...varsOf(common.vars, reading), ...varsOf(test.vars, reading) };
  const asserts = [...assertsOf(test.assert), ...assertsOf(common.assert)];
  const deciding = asserts.find(isDeciding);
  for (const assert of asserts)
    if (assert !== deciding) reading.notCarried.push(`Assertions of type "${String(assert.type)}".`);
  const options = [test.options, common.options].filter(isMapping);
  const expands = !options.some(({ disableVarExpansion }) => disableVarExpansion === true);
  return combinations(vars, { ...reading, expands }).map((row) => ({
    vars: row,
    ...(deciding && { answer: filledIn(valueText(deciding.value), row) }),
  }));
}

/** Assertions, those in sets included. */
const assertsOf = (value: unknown): readonly Mapping[] =>
  Array.isArray(value)
    ? value.filter(isMapping).flatMap((each) => (each.type === 'assert-set' ? assertsOf(each.assert) : [each]))
    : [];

const decidingTypes = new Set(['equals', 'contains', 'icontains', 'starts-with']);

const isDeciding = ({ type, value }: Mapping): boolean =>
  decidingTypes.has(String(type)) &&
  (['string', 'number', 'boolean'].includes(typeof value) ||
    (value !== null && typeof value === 'object' && type === 'equals')) &&
  !(typeof value === 'string' && value.startsWith('file://'));

/** `{{expected}}` in an assertion is a variable of the test. */
function filledIn(value: string, row: Mapping): string {
  return value.replace(/\{\{\s*([\p{L}_][\p{L}\p{N}_]*)\s*\}\}/gu, (tag, name: string) =>
    Object.hasOwn(row, name) ? valueText(row[name]) : tag,
  );
}

/** Variables, in the test or in a file. */
function varsOf(value: unknown, { files, notCarried }: Reading): Mapping {
  if (isMapping(value)) return value;
  const paths = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
  return Object.fromEntries(
    paths.flatMap((written: string) =>
      pathsMatching(written.replace(/^file:\/\//, ''), files).flatMap((path) => {
        const text = files.readFile?.(path);
        const read = text === undefined ? undefined : readImportedYaml(text, `"${basename(path)}"`);
        if (!isMapping(read)) notCarried.push(`The variables in "${basename(path)}", which cannot be read.`);
        return isMapping(read) ? Object.entries(read) : [];
      }),
    ),
  );
}

/** Combinations of one test at most; more are probably a mistake. */
const mostCombinations = 10_000;

/**
 * Every combination of the values that lists of texts and patterns of files give to variables; a list that a prompt
 * goes into, or one of other things than texts, is one value.
 */
function combinations(vars: Mapping, reading: Reading & { readonly expands: boolean }): readonly Mapping[] {
  const { collections, notCarried, expands } = reading;
  let rows: readonly Mapping[] = [{}];
  for (const [name, value] of Object.entries(vars)) {
    const isList = Array.isArray(value) && typeof value[0] === 'string';
    const stays = isList && (!expands || collections.has(name));
    if (stays && expands) notCarried.push(`"${name}" stays a list in each row, because a prompt goes through it.`);
    const values = (isList && !stays ? value : [value]).flatMap((each: unknown) => valuesOf(name, each, reading));
    if (rows.length * values.length > mostCombinations) {
      notCarried.push(`Combinations beyond the first ${mostCombinations} of a test.`);
      return rows;
    }
    rows = rows.flatMap((row) => values.map((each) => ({ ...row, [name]: each })));
  }
  return rows;
}

/** A value as the prompt gets it: a file by its text, each that a pattern means. */
function valuesOf(name: string, value: unknown, { files, notCarried }: Reading): readonly unknown[] {
  const pattern = typeof value === 'string' ? /^file:\/\/(.+)$/s.exec(value)?.[1] : undefined;
  if (pattern === undefined) return [value];
  const found = pathsMatching(pattern, files).flatMap((path) => {
    const runs = /\.(?:js|cjs|mjs|ts|py)$/.test(path);
    const text = runs ? undefined : files.readFile?.(path);
    if (text === undefined) {
      notCarried.push(
        `The value of "${name}" in "${basename(path)}", which ${runs ? 'would have to be run' : 'cannot be read'}.`,
      );
      return [];
    }
    return [/\.ya?ml$/.test(path) ? JSON.stringify(readImportedYaml(text, `"${basename(path)}"`)) : text.trim()];
  });
  return found.length > 0 ? found : [value];
}
