import { join } from 'node:path';
import { append } from '../../lists';
import { stateOfFiles } from '../../files/fileState';
import type { RunRecord } from '../record/record';
import { recordFiles } from '../record/recordFile';
import { isAtRest, readRun } from './runFolder';
import { labelsName } from './runLabels';

interface Known {
  readonly mark: string;
  readonly record: RunRecord;
}

/** Runs by their folders, as they were when their files last had the state that is noted with them. */
const known = new Map<string, Known>();
/** The run that was looked at longest ago goes first. */
const mostKnown = 10_000;
/** So many are looked at at once: the files of a thousand runs would all lie in memory together. */
const atOnce = 32;

/** A look at a run; `mark` is another one once its files are. */
export interface RunLook {
  readonly mark: string;
  readonly record: RunRecord;
}

/**
 * The record of a run as `readRun` gives it; read only where one of its files has another state than when it was read
 * last, or may have been written since without showing it. What a run at work or in the queue says depends on more
 * than its files, so that it is read every time.
 * @throws Failure as `readRun` does
 */
export async function lookAtRun(folder: string): Promise<RunLook> {
  const { mark, isSettled } = await stateOfRun(folder);
  const last = known.get(folder);
  if (last?.mark === mark) {
    // Those that are asked for stay longest.
    known.delete(folder);
    known.set(folder, last);
    return last;
  }
  known.delete(folder);
  const record = await readRun(folder);
  const look = { mark, record };
  if (isSettled && isAtRest(record)) known.set(folder, look);
  if (known.size > mostKnown) known.delete(known.keys().next().value!);
  return look;
}

const stateOfRun = (folder: string) => stateOfFiles([...recordFiles, labelsName].map((name) => join(folder, name)));

/** Looks at many runs, some at a time. @returns in the order of the folders */
export async function lookAtRuns<T>(
  folders: readonly string[],
  look: (folder: string) => Promise<T>,
): Promise<readonly T[]> {
  const looks: T[] = [];
  for (let from = 0; from < folders.length; from += atOnce)
    append(looks, await Promise.all(folders.slice(from, from + atOnce).map(look)));
  return looks;
}
