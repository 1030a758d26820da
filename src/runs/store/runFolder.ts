import { createHash, randomBytes } from 'node:crypto';
import { access, constants, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../failure';
import { makeFolder, syncFolder } from '../../files/atomicFile';
import { takeLock, type Lock } from '../../files/fileLock';
import { readJson, writeJson } from '../../files/jsonFile';
import type { RunRecord, RunStatus } from './record';
import { isRunRecord } from './recordShape';
import { readLabels } from './runLabels';
import { isNumber, isObject } from '../../channel/guards';
import { isSilent, presentStatus } from './runStatus';

/** Where runs lie, below the folder one works in. */
export const defaultRunsFolder = join('.prompt-tuner', 'runs');

/** An id that sorts by time and can be read: `20260314-150926-triage-soft-4f1c`. */
export function newRunId(templateName: string, method: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const name =
    templateName
      .normalize('NFKD')
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'prompt';
  return `${time}-${name}-${method}-${randomBytes(2).toString('hex')}`;
}

/** Makes the folder of a new run, whole or not at all, with its record and further JSON files by name. @returns the folder. */
export async function createRun(
  runsFolder: string,
  record: RunRecord,
  files: Readonly<Record<string, object>> = {},
): Promise<string> {
  const folder = join(resolve(runsFolder), record.id);
  const making = join(resolve(runsFolder), `.new-${record.id}`);
  await makeFolder(making);
  try {
    for (const [name, value] of Object.entries(files)) await writeJson(join(making, name), value);
    await writeRecord(making, record);
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(resolve(runsFolder));
  return folder;
}

/**
 * The record of a run as it stands now, with its labels; `running` becomes `lost` when nobody living holds the run.
 * @throws Failure "run-missing", "run-damaged" or "run-format"
 */
export async function readRun(folder: string): Promise<RunRecord> {
  const [{ record, status }, labels] = await Promise.all([readPresent(folder), readLabels(folder)]);
  const present = { ...record, ...labels, status };
  // What waits where nothing can be written would wait for ever.
  if (present.status !== 'queued' || (await isWritable(folder))) return present;
  return {
    ...present,
    status: 'failed',
    error: {
      code: 'not-writable',
      message: "The run's folder cannot be written to. Allow it, or train again into another runs folder.",
    },
  };
}

/** A run that ends between a look at its record and one for its holder is not lost: then the record has changed meanwhile. */
async function readPresent(folder: string): Promise<{ readonly record: RunRecord; readonly status: RunStatus }> {
  let record = await readRecord(folder);
  for (;;) {
    const status = await presentStatus(folder, record);
    if (status !== 'lost') return { record, status };
    const again = await readRecord(folder);
    if (again.status === record.status && again.generation === record.generation) return { record: again, status };
    record = again;
  }
}

/**
 * Takes hold of a run, so that no other process writes it.
 * @throws Failure "run-busy" while another holds it
 */
export async function holdRun(folder: string): Promise<Lock> {
  const lock = await takeLock(folder, {
    passed: async () => (await readRecord(folder).catch(() => undefined))?.generation ?? 0,
    isAbandoned: async () => isSilent(folder, await readRecord(folder)),
  });
  if (lock) return lock;
  throw new Failure('run-busy', `The run ${basename(folder)} is at work.`, { file: folder }, 'Stop it first.');
}

/** Changes the record of a run that nobody is at work on. @throws Failure "run-busy" */
export async function changeIdleRun(folder: string, change: (record: RunRecord) => RunRecord): Promise<RunRecord> {
  const lock = await holdRun(folder);
  try {
    return await updateRun(folder, (record) => ({ ...change(record), generation: lock.generation }));
  } finally {
    await lock.release();
  }
}

/** Changes of one folder follow one another within a process, so that none is lost. */
const pendingChanges = new Map<string, Promise<unknown>>();

/** Reads the record, changes it, and writes it back atomically. @returns the record written. */
export function updateRun(folder: string, change: (record: RunRecord) => RunRecord): Promise<RunRecord> {
  const update = (pendingChanges.get(folder) ?? Promise.resolve())
    .catch(() => undefined)
    .then(async () => {
      const record = change(await readRecord(folder));
      await writeRecord(folder, record);
      return record;
    });
  pendingChanges.set(folder, update);
  const forget = () => {
    if (pendingChanges.get(folder) === update) pendingChanges.delete(folder);
  };
  update.then(forget, forget);
  return update;
}

/** Deletes a run and all it holds, damaged or not. @throws Failure "run-busy" while its process works on it */
export async function deleteRun(folder: string): Promise<void> {
  const record = await readRun(folder).catch(() => undefined);
  if (record?.status === 'running')
    throw new Failure('run-busy', `The run ${record.id} is at work.`, { file: folder }, 'Stop it first.');
  // Out of sight at once: a deletion that is cut short leaves no half of a run.
  const going = join(dirname(resolve(folder)), `.deleted-${basename(folder)}-${randomBytes(2).toString('hex')}`);
  await rename(folder, going);
  await rm(going, { recursive: true, force: true });
}

/** Removes what runs that were being made or deleted have left, once nobody can be at it any more. */
export async function removeLeftovers(runsFolder: string): Promise<void> {
  const names = await readdir(runsFolder).catch(() => []);
  const stale = names
    .filter((name) => name.startsWith('.deleted-') || name.startsWith('.new-'))
    .map((name) => join(runsFolder, name));
  await Promise.all(
    stale.map(async (path) => {
      const changed = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
      if (Math.abs(Date.now() - changed) > leftoverMilliseconds) await rm(path, { recursive: true, force: true });
    }),
  );
}

const leftoverMilliseconds = 3_600_000;

/** SHA-256 of a text or of bytes, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function readRecord(folder: string): Promise<RunRecord> {
  const path = recordPath(folder);
  return readJson(path, isRunRecord, {
    missing: () =>
      new Failure(
        'run-missing',
        'The folder holds no run.json.',
        { file: folder },
        'Name a run that "prompt-tuner runs list" shows.',
      ),
    damaged(value) {
      if (value === undefined) return damaged(folder, 'run.json is not complete JSON');
      if (isObject(value) && isNumber(value.format) && value.format > 1)
        return new Failure(
          'run-format',
          `The run was written by a newer Prompt Tuner (format ${value.format}).`,
          { file: path },
          'Update Prompt Tuner.',
        );
      return damaged(folder, 'run.json lacks fields that every run has, or has them of another kind');
    },
  });
}

function writeRecord(folder: string, record: RunRecord): Promise<void> {
  return writeJson(recordPath(folder), record);
}

function recordPath(folder: string): string {
  return join(folder, 'run.json');
}

/** Folders below the runs folder, newest id first; none when it does not exist yet. */
export async function runFolders(runsFolder: string): Promise<readonly string[]> {
  const entries = await readdir(runsFolder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(resolve(runsFolder), entry.name))
    .sort()
    .reverse();
}

/** What tells a record from its later self; nothing where there is none. */
export async function recordVersion(folder: string): Promise<string | undefined> {
  const found = await stat(recordPath(folder), { bigint: true }).catch(() => undefined);
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`;
}

export async function hasRecord(folder: string): Promise<boolean> {
  return readFile(recordPath(folder)).then(
    () => true,
    () => false,
  );
}

export function damaged(folder: string, why: string): Failure {
  return new Failure(
    'run-damaged',
    `The run cannot be read: ${why}.`,
    { file: recordPath(folder) },
    'Delete the run, or restore the file.',
  );
}

function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
