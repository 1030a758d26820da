import { readFile } from 'node:fs/promises';
import type { Guard } from '../channel/guards';
import type { Failure } from '../failure';
import { writeAtomically, type Holder } from './atomicFile';

/** What is said of a file that cannot be used; where a reason has no failure, the file counts as holding nothing. */
export interface JsonFailures {
  /** There is no file, or none that may be read. @param reason the system's code, such as `ENOENT` */
  readonly missing?: (reason: string) => Failure;
  /** The file holds no JSON, or a value of another shape. @param value what it holds; undefined where it is no JSON */
  readonly damaged?: (value: unknown) => Failure;
}

/**
 * The value that a JSON file holds.
 * @returns undefined where it is missing, damaged or of another shape, and no failure is given for that
 * @throws Failure as given
 */
export function readJson<T>(path: string, guard: Guard<T>, failures: Required<JsonFailures>): Promise<T>;
export function readJson<T>(path: string, guard: Guard<T>, failures?: JsonFailures): Promise<T | undefined>;
export async function readJson<T>(
  path: string,
  guard: Guard<T>,
  { missing, damaged }: JsonFailures = {},
): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (missing) throw missing((error as NodeJS.ErrnoException).code ?? String(error));
    return undefined;
  }
  const value = parseJson(text);
  if (guard(value)) return value;
  if (damaged) throw damaged(value);
  return undefined;
}

/**
 * The objects of a JSON-lines file; none where it is missing. A line that a crash has torn, or of another shape, is
 * left out.
 */
export async function readJsonLines<T>(path: string, guard: Guard<T>): Promise<readonly T[]> {
  return parseJsonLines(await readFile(path, 'utf8').catch(() => ''), guard);
}

/** The objects of a JSON-lines text, as {@link readJsonLines} reads them. */
export function parseJsonLines<T>(text: string, guard: Guard<T>): readonly T[] {
  const values: T[] = [];
  for (const line of text.split('\n')) {
    // A line end ends every file; an empty text would cost an exception.
    const value = line === '' ? undefined : parseJson(line);
    if (guard(value)) values.push(value);
  }
  return values;
}

/** The value of a JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Replaces a JSON file, so that a reader sees the old value or the new. @throws as `writeAtomically` does */
export function writeJson(path: string, value: object, holder?: Holder): Promise<void> {
  return writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`, holder);
}

/** Replaces a JSON-lines file in the same way. @throws as `writeAtomically` does */
export function writeJsonLines(path: string, values: readonly object[], holder?: Holder): Promise<void> {
  return writeAtomically(path, values.map((value) => `${JSON.stringify(value)}\n`).join(''), holder);
}
