import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { encodings } from '../../../data/encoding/encodingNames';
import {
  readEncoding,
  readSeparator,
  separators,
  type DataSource,
  type FormattedFile,
} from '../../../data/table/tableFormat';
import { enumerated } from '../../../words/listed';
import { isMapping } from '../../syntax/schema';
import { nearest, orNearest } from '../../text/suggest';
import { yamlText } from '../../text/yamlText';

/** A key of a data file in `tune.data`. */
export interface DataFileKey {
  readonly name: 'file' | 'columns' | 'separator' | 'encoding';
  readonly meaning: () => string;
  readonly range: () => string;
  /** Values to choose from, as YAML. */
  readonly values: readonly string[];
}

/** The keys of a data file that needs more words than its path. */
export const dataFileKeys: readonly DataFileKey[] = [
  {
    name: 'file',
    meaning: () => l10n.t`Path of the file, relative to the template.`,
    range: () => l10n.t`a path`,
    values: [],
  },
  {
    name: 'columns',
    meaning: () =>
      l10n.t`Names of the columns of a table whose first row is data, from left to right; a column with an empty \
name is not read.`,
    range: () => l10n.t`a list of names`,
    values: [],
  },
  {
    name: 'separator',
    meaning: () =>
      l10n.t`What separates the values of a row. Without it a comma in .csv, a tab in .tsv and .tab, a bar in .psv. \
With a space behind it, spaces in front of values are none of theirs.`,
    range: () => l10n.t`",", ";", "\\t" or "|", with or without a space behind it`,
    values: separators.map((separator) => JSON.stringify(separator)),
  },
  {
    name: 'encoding',
    meaning: () =>
      l10n.t`The encoding of a file without a byte order mark; UTF-8 where nothing is written. A file with a byte \
order mark says its encoding itself.`,
    range: () => encodings.join(', '),
    values: encodings,
  },
];

export const dataFileKey = (name: string): DataFileKey | undefined => dataFileKeys.find((key) => key.name === name);

/** What is wrong with a data source: with all of it, or with the value or the name of one key. */
export interface SourceProblem {
  readonly problem: string;
  readonly key?: string;
  /** A key that may have been meant. */
  readonly meant?: string;
}

/**
 * Reads what is written for a split of `tune.data`: a path, or `{ file, columns, separator, encoding }`.
 * @param where how messages call it, such as `tune.data.train`
 */
export function readDataSource(written: unknown, where: string): { readonly value: DataSource } | SourceProblem {
  if (typeof written === 'string')
    return written === '' ? { problem: l10n.t`${where} must be the path of a file.` } : { value: written };
  if (!isMapping(written)) return { problem: l10n.t`${where} must be the path of a file, or { file: path, … }.` };
  const unknown = Object.keys(written).find((name) => !dataFileKey(name));
  if (unknown !== undefined) {
    const meant = nearest(
      unknown,
      dataFileKeys.map(({ name }) => name),
    );
    return {
      problem: l10n.t`${where} knows file, columns, separator and encoding, not "${unknown}"${orNearest(meant)}`,
      key: unknown,
      ...(meant !== undefined && { meant }),
    };
  }
  const { file, columns, separator, encoding } = written;
  if (typeof file !== 'string' || file === '')
    return { problem: l10n.t`${where}.file must be the path of a file.`, ...(file !== undefined && { key: 'file' }) };
  const names = columns === undefined ? undefined : readNames(columns);
  if (columns !== undefined && !names)
    return { problem: l10n.t`${where}.columns must be a list of names, each once.`, key: 'columns' };
  const cut = separator === undefined ? undefined : separatorText(separator);
  if (separator !== undefined && cut === undefined)
    return { problem: l10n.t`${where}.separator must be ${dataFileKey('separator')!.range()}.`, key: 'separator' };
  const read = encoding === undefined ? undefined : readEncoding(String(encoding));
  if (encoding !== undefined && !read)
    return { problem: l10n.t`${where}.encoding must be one of ${enumerated(encodings)}.`, key: 'encoding' };
  const how = {
    ...(names && { columns: names }),
    ...(cut !== undefined && { separator: cut }),
    ...(read && { encoding: read }),
  };
  return { value: Object.keys(how).length === 0 ? file : { file, ...how } };
}

/** Reads a data source from one line of text, as forms and the command line take it: a path, or a mapping in YAML. */
export function readSourceText(text: string, where: string): { readonly value: DataSource } | SourceProblem {
  if (!isYamlSource(text)) return readDataSource(text.trim(), where);
  try {
    return readDataSource(parse(text, { logLevel: 'error' }), where);
  } catch {
    return { problem: l10n.t`What is written for ${where} is not YAML.` };
  }
}

/** Whether a text is YAML, a mapping or in quotes, and not the path itself. */
export const isYamlSource = (text: string): boolean => /^\s*["'[{]/.test(text);

function readNames(written: unknown): readonly string[] | undefined {
  if (!Array.isArray(written) || written.length === 0) return undefined;
  const names = written.map((name: unknown) => (name === null ? '' : String(name)));
  const named = names.filter((name) => name !== '');
  return named.length > 0 &&
    new Set(named).size === named.length &&
    written.every((name) => typeof name !== 'object' || name === null)
    ? names
    : undefined;
}

function separatorText(written: unknown): string | undefined {
  const text = written === 'tab' ? '\t' : written;
  return typeof text === 'string' && readSeparator(text) ? text : undefined;
}

/** A source as a template writes it, on one line. */
export function sourceText({ file, columns, separator, encoding }: FormattedFile): string {
  const parts = [
    `file: ${yamlText(file)}`,
    ...(columns ? [`columns: [${columns.map((name) => (name === '' ? '""' : yamlText(name))).join(', ')}]`] : []),
    ...(separator === undefined ? [] : [`separator: ${JSON.stringify(separator)}`]),
    ...(encoding ? [`encoding: ${encoding}`] : []),
  ];
  return `{ ${parts.join(', ')} }`;
}
