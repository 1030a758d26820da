import { readFile } from 'node:fs/promises';
import { writeAtomically } from './atomicFile';
import type { Guard } from '../channel/guards';

/** The value that a small file of ours holds; nothing where it is missing, damaged or of another shape. */
export async function readJson<T>(path: string, guard: Guard<T>): Promise<T | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return guard(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function writeJson(path: string, value: object): Promise<void> {
  return writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}
