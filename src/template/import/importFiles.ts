import { posix } from 'node:path';

/** The files around what is imported; paths are relative to its folder, with `/`. */
export interface FilesAround {
  /** Text of a file; undefined when it cannot be read. */
  readonly readFile?: (path: string) => string | undefined;
  /** Names of what lies in a folder, folders with a `/` at the end; none where it cannot be read. */
  readonly listFolder?: (path: string) => readonly string[];
}

const isPattern = (path: string): boolean => /[*?{[]/.test(path);

/** The paths that a pattern with `*`, `**`, `?` or `{a,b}` means, sorted; a path without any is itself. */
export function pathsMatching(pattern: string, { listFolder }: FilesAround): readonly string[] {
  const path = posix.normalize(pattern);
  if (!isPattern(path)) return [path];
  const steps = path.split('/');
  const plain = steps.findIndex(isPattern);
  const base = steps.slice(0, plain).join('/');
  const matches = toExpression(path);
  return below(base, listFolder ?? (() => []))
    .filter((file) => matches.test(file))
    .sort();
}

/** Folders that are looked into below the one that a pattern begins with. */
const deepest = 6;

function below(folder: string, list: (path: string) => readonly string[], depth = 0): readonly string[] {
  if (depth > deepest) return [];
  return list(folder).flatMap((name) => {
    const path = posix.join(folder, name);
    if (!name.endsWith('/')) return [path];
    return /^(?:\.|node_modules\/)/.test(name) ? [] : below(path.replace(/\/$/, ''), list, depth + 1);
  });
}

function toExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\{([^{}]*)\}|[.+^$()|[\]\\{}]/g, (part, list?: string) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return list === undefined ? `\\${part}` : `(?:${list.split(',').map(escaped).join('|')})`;
  });
  return new RegExp(`^${source}$`, 'u');
}

const escaped = (text: string): string => text.replace(/[.+^$()|[\]\\{}*?]/g, '\\$&');
