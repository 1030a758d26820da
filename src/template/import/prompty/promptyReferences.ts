import * as l10n from '@vscode/l10n';
import { extname } from 'node:path';
import { isMapping } from '../../syntax/schema';
import { readImportedYaml } from '../importYaml';

export type ReadFile = (path: string) => string | undefined;

type Mapping = Readonly<Record<string, unknown>>;

/**
 * The front matter with what its values refer to: `${file:…}` becomes what the file holds; `${env:…}` is listed,
 * for what it holds belongs into no file.
 * @param notCarried gets a sentence for each that could not be filled in
 */
export function resolveReferences(value: Mapping, readFile: ReadFile | undefined, notCarried: string[]): Mapping {
  const resolved = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(resolved);
    if (isMapping(each))
      return Object.fromEntries(
        Object.entries(each).flatMap(([key, inner]) => {
          const now = resolved(inner);
          return now === undefined && inner !== undefined ? [] : [[key, now]];
        }),
      );
    const reference = typeof each === 'string' ? /^\$\{(file|env):([^}:]+)(?::([^}]*))?\}$/.exec(each.trim()) : null;
    if (!reference) return each;
    const [whole, kind, name, otherwise] = reference as unknown as readonly [string, string, string, string?];
    if (kind === 'file') {
      const text = readFile?.(name.trim());
      if (text !== undefined) return valueOfFile(name, text);
      notCarried.push(l10n.t`${whole}: the file cannot be read.`);
      return undefined;
    }
    notCarried.push(
      otherwise
        ? l10n.t`${whole}, a variable of the environment; "${otherwise}" is written instead.`
        : l10n.t`${whole}, a variable of the environment.`,
    );
    return otherwise;
  };
  return resolved(value) as Mapping;
}

/** A sample is a mapping of values, or the name of a file that holds one. */
export function sampleOf(sample: unknown, readFile: ReadFile | undefined, notCarried: string[]): Mapping {
  if (isMapping(sample)) return sample;
  if (sample === undefined || sample === null) return {};
  const text = typeof sample === 'string' ? readFile?.(sample) : undefined;
  const value = text === undefined ? undefined : valueOfFile(sample as string, text);
  if (isMapping(value)) return value;
  notCarried.push(
    typeof sample === 'string'
      ? l10n.t`The sample in "${sample}", which cannot be read as a mapping of names to values.`
      : l10n.t`The sample, which is no mapping of names to values.`,
  );
  return {};
}

/** What a file holds: JSON and YAML as their value, any other as its text. */
function valueOfFile(name: string, text: string): unknown {
  try {
    if (['.json', '.yaml', '.yml'].includes(extname(name.trim()))) return readImportedYaml(text, name);
  } catch {
    // What cannot be parsed is text.
  }
  return text;
}
