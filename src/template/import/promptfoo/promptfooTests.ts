import * as l10n from '@vscode/l10n';
import { basename, extname, posix } from 'node:path';
import { parseJson } from '../../../data/exactNumber';
import { isMapping } from '../../syntax/schema';
import { pathsMatching } from '../importFiles';
import { readDataFile, type Mapping, type Reading } from './promptfooFiles';
import { tableRows, testOfCells } from './promptfooTables';

/** The tests of a configuration and those of its scenarios. */
export function readTests(configuration: Mapping, reading: Reading): readonly Mapping[] {
  return [...testsOf(configuration.tests, reading), ...scenarioTests(configuration.scenarios, reading)];
}

/** Tests in a list, in files, or both. */
function testsOf(value: unknown, reading: Reading): readonly Mapping[] {
  if (typeof value === 'string') return testsInFiles(value, reading);
  if (isMapping(value)) return typeof value.path === 'string' ? testsInFiles(value.path, reading) : [value];
  return Array.isArray(value) ? value.flatMap((each: unknown) => testsOf(each, reading)) : [];
}

const tables = new Set(['.csv', '.tsv']);
const readable = new Set(['.yaml', '.yml', '.json', '.jsonl', ...tables]);

function testsInFiles(written: string, reading: Reading): readonly Mapping[] {
  const { files, notCarried } = reading;
  const isElsewhere = /^(?!file:)[a-z]+:\/\//.test(written);
  const paths = isElsewhere ? [written] : pathsMatching(written.replace(/^file:\/\//, ''), files);
  if (paths.length === 0) notCarried.push(l10n.t`The tests "${written}", of which there is no file.`);
  return paths.flatMap((path): readonly Mapping[] => {
    const text = !isElsewhere && readable.has(extname(path)) ? files.readFile?.(path) : undefined;
    if (text !== undefined) return testsInText(text, path, reading);
    notCarried.push(
      l10n.t`The tests in "${path}", which cannot be read; name the file under tune.data if it has rows.`,
    );
    return [];
  });
}

function testsInText(text: string, path: string, reading: Reading): readonly Mapping[] {
  const extension = extname(path);
  if (tables.has(extension)) return tableRows(text, path, reading).map((cells) => testOfCells(cells, reading));
  const value =
    extension === '.jsonl' ? jsonLines(text, path, reading) : readDataFile(path, reading, l10n.t`The tests`);
  const tests = (Array.isArray(value) ? value : [value]).filter(isMapping);
  return tests.map((test) => {
    if (!testKeys.some((key) => Object.hasOwn(test, key))) return testOfCells(Object.entries(test), reading);
    // Variables in a file lie beside the file that names them.
    return Object.hasOwn(test, 'vars') ? { ...test, vars: varsOf(test.vars, reading, posix.dirname(path)) } : test;
  });
}

/** Keys one of which every test has. */
const testKeys = ['vars', 'assert', 'options', 'metadata', 'provider', 'providerOutput', 'threshold'];

function jsonLines(text: string, path: string, { notCarried }: Reading): readonly unknown[] {
  return text.split(/\r\n?|\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [parseJson(line)];
    } catch (error) {
      notCarried.push(l10n.t`The test in "${basename(path)}", line ${index + 1}: ${(error as Error).message}.`);
      return [];
    }
  });
}

/** Variables, in the test or in files. @param folder where the files lie */
export function varsOf(value: unknown, reading: Reading, folder = '.'): Mapping {
  if (isMapping(value)) return value;
  const written = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
  const paths = written.flatMap((each) => {
    const found = pathsMatching(posix.join(folder, each.replace(/^file:\/\//, '')), reading.files);
    if (found.length === 0) reading.notCarried.push(l10n.t`The variables "${each}", of which there is no file.`);
    return found;
  });
  return Object.fromEntries(
    paths.flatMap((path) => {
      const read = readDataFile(path, reading, l10n.t`The variables`);
      if (read !== undefined && !isMapping(read))
        reading.notCarried.push(l10n.t`The variables in "${path}", which is no mapping of names to values.`);
      return isMapping(read) ? Object.entries(read) : [];
    }),
  );
}

/** Each configuration of a scenario runs each of its tests. */
function scenarioTests(value: unknown, reading: Reading): readonly Mapping[] {
  const listed: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const scenarios = listed.flatMap((each): readonly unknown[] => {
    if (typeof each !== 'string') return [each];
    return pathsMatching(each.replace(/^file:\/\//, ''), reading.files).flatMap((path) => {
      const read = readDataFile(path, reading, l10n.t`The scenario`);
      return Array.isArray(read) ? (read as readonly unknown[]) : [read];
    });
  });
  return scenarios.filter(isMapping).flatMap(({ config, tests, ...others }) => {
    for (const key of Object.keys(others))
      reading.notCarried.push(l10n.t`"${key}" of scenarios, which has no counterpart.`);
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
