import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fromHome } from '../../files/homePath';

/** What a template writes as its model: a folder, a file or an id, with a variant behind the last `#`. */
export interface ModelReference {
  /** Without the variant, as it is written. */
  readonly named: string;
  /** The absolute path that it would be. */
  readonly path: string;
  readonly variant?: string;
}

/** Reads a reference; a path that exists as it is written has its `#` in the name. @param from folder it counts from */
export function readModelReference(reference: string, from: string): ModelReference {
  const absolute = (written: string): string => {
    const path = fromHome(written);
    return isAbsolute(path) ? path : resolve(from, path);
  };
  const mark = reference.lastIndexOf('#');
  if (mark < 0 || existsSync(absolute(reference))) return { named: reference, path: absolute(reference) };
  const named = reference.slice(0, mark);
  return { named, path: absolute(named), variant: reference.slice(mark + 1) };
}
