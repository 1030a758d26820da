import * as l10n from '@vscode/l10n';
import { resolve } from 'node:path';
import { fileOfSource, type DataSource } from '../../../data/table/tableFormat';
import { Failure } from '../../../failure';
import { readSourceText } from './dataSource';

/**
 * The data file that a person names beside a command: a path, or `{ file, separator, encoding, columns }` as YAML.
 * @param how what names it, such as `--predictions`
 * @throws Failure "invalid-value"
 */
export function chosenSource(written: string, how: string): DataSource {
  const read = readSourceText(written, how);
  if (!('value' in read))
    throw new Failure('invalid-value', read.problem, {}, l10n.t`Write a path, or { file: path, separator: ";" }.`);
  const { value } = read;
  const file = resolve(fileOfSource(value));
  return typeof value === 'string' ? file : { ...value, file };
}
