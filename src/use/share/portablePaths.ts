import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isInside } from '../../fileAccess';
import { fromHome } from '../../files/homePath';
import { readModelReference } from '../../model/open/modelReference';

/** How paths are written where another machine reads them. */
export interface PortablePaths {
  /** A file, as the template or the record names it: relative to the template where it lies below it, else its name. */
  file(written: string): string;
  /** A model: an id as it is, a path as a file. */
  model(reference: string): string;
}

/** @param folder that of the template, absolute */
export function portablePaths(folder: string): PortablePaths {
  const names = new Map<string, string>();
  const file = (written: string): string => {
    const path = resolve(folder, fromHome(written));
    const known = names.get(path);
    if (known !== undefined) return known;
    const name = freeName(portableName(folder, path), new Set(names.values()));
    names.set(path, name);
    return name;
  };
  return {
    file,
    model(reference) {
      const { named, path, variant } = readModelReference(reference, folder);
      const isPath = isAbsolute(fromHome(named)) || /^\.{1,2}[\\/]/.test(named) || existsSync(path);
      if (named === 'builtin' || !isPath) return reference;
      return `${file(named)}${variant === undefined ? '' : `#${variant}`}`;
    },
  };
}

function portableName(folder: string, path: string): string {
  const inside = relative(folder, path);
  return inside !== '' && isInside(folder, path) ? inside.split(sep).join('/') : lastPart(path);
}

/** The last part of a path of any machine. */
export const lastPart = (path: string): string =>
  path
    .split(/[\\/]+/)
    .filter(Boolean)
    .at(-1) ?? path;

/** Two files of one name in different folders must not become one. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : name.replace(/[^/]*$/, (last) => `${number}-${last}`);
    if (!taken.has(free)) return free;
  }
}
