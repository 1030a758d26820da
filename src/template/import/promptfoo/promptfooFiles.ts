import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import { isMapping } from '../../syntax/schema';
import type { FilesAround } from '../importFiles';
import { readImportedYaml } from '../importYaml';

export type Mapping = Readonly<Record<string, unknown>>;

/** What the parts of a configuration are read with. */
export interface Reading {
  readonly files: FilesAround;
  /** Sentences on what could not be carried over. */
  readonly notCarried: string[];
}

/**
 * The value of a YAML or JSON file, with what it refers to inside filled in; undefined where it cannot be read, which
 * is listed.
 * @param what begins the sentence, such as "The tests"
 */
export function readDataFile(path: string, { files, notCarried }: Reading, what: string): unknown {
  const text = files.readFile?.(path);
  if (text === undefined) {
    notCarried.push(l10n.t`${what} in "${path}", which cannot be read.`);
    return undefined;
  }
  try {
    return withReferences(readImportedYaml(text, `"${path}"`));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { line } = error.location;
    const where = line === undefined ? '' : l10n.t` (line ${line})`;
    notCarried.push(`${what}: ${error.message.replace(/[.。]$/, '')}${where}.`);
    return undefined;
  }
}

/** How deep a reference may lead through others. */
const deepestReference = 20;

/** A value in which `{ $ref: "#/a/b" }` is what stands at that place of it; other references stay. */
export function withReferences(root: unknown): unknown {
  const filled = (value: unknown, depth: number): unknown => {
    if (Array.isArray(value)) return value.map((each: unknown) => filled(each, depth));
    if (!isMapping(value)) return value;
    const { $ref: pointer } = value;
    const target = typeof pointer === 'string' && pointer.startsWith('#/') ? valueAt(root, pointer) : undefined;
    if (target !== undefined && depth < deepestReference) return filled(target, depth + 1);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, depth)]));
  };
  return filled(root, 0);
}

/** The value at a JSON pointer. */
function valueAt(root: unknown, pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, step)
          ? (value as Mapping)[step]
          : undefined,
      root,
    );
}
