import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { Failure } from '../../failure';
import { takeLock, type Lock } from '../../files/fileLock';
import { addPendingMoves, forgetPendingMoves, withMoves, type Move } from './movedFiles';
import type { RunRecord } from './record';
import { readRecord, removeUnfinishedRecords, writeRecord } from './recordFile';
import { isAbandoned } from '../store/runStatus';

/**
 * Takes hold of a run, so that no other process writes it.
 * @throws Failure "run-busy" while another holds it
 */
export async function holdRun(folder: string): Promise<Lock> {
  const lock = await takeLock(folder, {
    passed: async () => (await readRecord(folder).catch(() => undefined))?.generation ?? 0,
    isAbandoned: () => isAbandoned(folder, () => readRecord(folder)),
  });
  if (lock) {
    await removeUnfinishedRecords(folder);
    return lock;
  }
  throw new Failure(
    'run-busy',
    l10n.t`The run ${basename(folder)} is at work.`,
    { file: folder },
    l10n.t`Stop it first.`,
  );
}

/** Changes the record of a run that nobody is at work on. @throws Failure "run-busy" */
export async function changeIdleRun(folder: string, change: (record: RunRecord) => RunRecord): Promise<RunRecord> {
  const lock = await holdRun(folder);
  try {
    return await updateRun(folder, change, lock);
  } finally {
    await lock.release();
  }
}

/**
 * Lets a run follow its template and data to where they have been moved. While a process is at work on the run, that
 * process writes the paths with whatever it writes next.
 */
export async function moveFiles(folder: string, moves: readonly Move[]): Promise<void> {
  const record = await readRecord(folder);
  if (withMoves(record, moves) === record) return;
  try {
    await changeIdleRun(folder, (current) => withMoves(current, moves));
    await forgetPendingMoves(folder);
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'run-busy')) throw error;
    await addPendingMoves(folder, moves);
  }
}

/**
 * Changes of one folder follow one another within a process, as they were asked for: none is lost, and progress that is
 * still being written does not outlive the end.
 */
const pendingChanges = new Map<string, Promise<unknown>>();

/**
 * Reads the record, changes it, and writes it back atomically.
 * @param lock of this process, where another may take the run over
 * @returns the record written
 * @throws Failure "lock-lost" when another process has taken it over
 */
export function updateRun(folder: string, change: (record: RunRecord) => RunRecord, lock?: Lock): Promise<RunRecord> {
  const update = (pendingChanges.get(folder) ?? Promise.resolve())
    .catch(() => undefined)
    .then(async () => {
      // Of a folder that is gone, or another's by now, there is nothing to be read.
      await lock?.requireHeld();
      const record = { ...change(await readRecord(folder)), ...(lock && { generation: lock.generation }) };
      await writeRecord(folder, record, lock);
      return record;
    });
  pendingChanges.set(folder, update);
  const forget = () => {
    if (pendingChanges.get(folder) === update) pendingChanges.delete(folder);
  };
  update.then(forget, forget);
  return update;
}
