import { createHash, randomBytes } from 'node:crypto';
import { access, constants, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../failure';
import { makeFolder, syncFolder, writeAtomically } from '../files/atomicFile';
import { readHolder, takeLock, type Lock } from '../files/fileLock';
import { writeJson } from '../files/jsonFile';
import { isNumbered, lifeOf } from '../files/processIdentity';
import type { RunRecord, RunStatus } from './record';
import { isRunRecord } from './recordShape';
import { readLabels } from './runLabels';
import { isNumber, isObject } from '../../channel/guards';

/** Where runs lie, below the folder one works in. */
export const defaultRunsFolder = join('.prompt-tuner', 'runs');

/** How often a working process says that it is alive, and after how long a silence it counts as dead where it cannot be asked for. */
export const heartbeatMilliseconds = 2000;
const silenceMilliseconds = 15_000;
/** The same at the first look, when only the clocks of two machines can be compared. */
const longSilenceMilliseconds = 300_000;

export interface DamagedRun {
  readonly id: string;
  readonly folder: string;
  readonly failure: Failure;
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunRecord[];
  readonly damaged: readonly DamagedRun[];
}

/** An id that sorts by time and can be read: `20260314-150926-triage-soft-4f1c`. */
export function newRunId(templateName: string, method: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const name = templateName.normalize('NFKD').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 40) || 'prompt';
  return `${time}-${name}-${method}-${randomBytes(2).toString('hex')}`;
}

/** Makes the folder of a new run, whole or not at all, with its record and further JSON files by name. @returns the folder. */
export async function createRun(runsFolder: string, record: RunRecord, files: Readonly<Record<string, object>> = {}): Promise<string> {
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
  if (present.status !== 'queued' || await isWritable(folder)) return present;
  return { ...present, status: 'failed', error: { code: 'not-writable', message: 'The run\'s folder cannot be written to. Allow it, or train again into another runs folder.' } };
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

async function presentStatus(folder: string, record: RunRecord): Promise<RunStatus> {
  if (record.status !== 'running') return record.status;
  const holder = await readHolder(folder);
  if (!holder) return record.generation === undefined ? statusByHeartbeat(record, Date.now()) : 'lost';
  const life = await lifeOf(holder);
  if (life !== 'unknown') return life === 'living' ? 'running' : 'lost';
  return isSilent(folder, record) ? 'lost' : 'running';
}

/** What a record says by itself, for runs of earlier versions: `lost` is one whose heartbeat has stopped and whose process number nobody has. */
export function statusByHeartbeat(record: RunRecord, now: number): RunStatus {
  if (record.status !== 'running' || !record.process) return record.status;
  // A clock that was set back makes a heartbeat of the future, which says no more than an old one.
  return Math.abs(now - Date.parse(record.process.heartbeat)) > silenceMilliseconds && !isNumbered(record.process.pid) ? 'lost' : 'running';
}

/** The last heartbeat seen of each run whose process cannot be asked for, and when by this process's own clock, which never jumps. */
const beats = new Map<string, { readonly heartbeat: string; readonly seen: number }>();

/**
 * Whether a holder on another machine has been silent for too long: its heartbeat has stood still while this process watched,
 * or was long past when it first looked.
 */
export function isSilent(folder: string, { process: owner }: Pick<RunRecord, 'process'>, monotonic = performance.now(), wall = Date.now()): boolean {
  if (!owner) return true;
  const before = beats.get(folder);
  if (before?.heartbeat === owner.heartbeat) return monotonic - before.seen > silenceMilliseconds;
  const longPast = !before && wall - Date.parse(owner.heartbeat) > longSilenceMilliseconds;
  beats.set(folder, { heartbeat: owner.heartbeat, seen: longPast ? -Infinity : monotonic });
  return longPast;
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

/** Every run below a runs folder; a damaged one is named with what is wrong and hides no other. */
export async function scanRuns(runsFolder: string): Promise<RunList> {
  const folders = await runFolders(runsFolder);
  const readings = await Promise.all(folders.map(async (folder): Promise<RunRecord | DamagedRun> => {
    try {
      return await readRun(folder);
    } catch (error) {
      return { id: basename(folder), folder, failure: error instanceof Failure ? error : damaged(folder, String(error)) };
    }
  }));
  return {
    runs: readings.filter((reading): reading is RunRecord => !('failure' in reading)),
    damaged: readings.filter((reading): reading is DamagedRun => 'failure' in reading),
  };
}

/** The readable runs of {@link scanRuns}, newest first. */
export async function listRuns(runsFolder: string): Promise<readonly RunRecord[]> {
  return (await scanRuns(runsFolder)).runs;
}

/** Changes of one folder follow one another within a process, so that none is lost. */
const pendingChanges = new Map<string, Promise<unknown>>();

/** Reads the record, changes it, and writes it back atomically. @returns the record written. */
export function updateRun(folder: string, change: (record: RunRecord) => RunRecord): Promise<RunRecord> {
  const update = (pendingChanges.get(folder) ?? Promise.resolve()).catch(() => undefined).then(async () => {
    const record = change(await readRecord(folder));
    await writeRecord(folder, record);
    return record;
  });
  pendingChanges.set(folder, update);
  const forget = () => { if (pendingChanges.get(folder) === update) pendingChanges.delete(folder); };
  update.then(forget, forget);
  return update;
}

/**
 * Finds a run by id, by an unambiguous beginning of it, or by the path of its folder.
 * @throws Failure "run-missing" or "run-ambiguous"
 */
export async function findRun(runsFolder: string, reference: string): Promise<string> {
  const folders = await runFolders(runsFolder);
  const exact = folders.find((folder) => basename(folder) === reference);
  if (exact) return exact;
  const matches = folders.filter((folder) => basename(folder).startsWith(reference));
  if (matches.length === 1) return matches[0]!;
  if (matches.length > 1) throw new Failure('run-ambiguous', `${matches.length} runs begin with "${reference}".`, { file: runsFolder }, 'Give more of the id.');
  if (await hasRecord(resolve(reference))) return resolve(reference);
  throw new Failure('run-missing', `There is no run "${reference}".`, { file: runsFolder }, 'See "prompt-tuner runs list", or name the folder with --runs.');
}

/** Deletes a run and all it holds, damaged or not. @throws Failure "run-busy" while its process works on it */
export async function deleteRun(folder: string): Promise<void> {
  const record = await readRun(folder).catch(() => undefined);
  if (record?.status === 'running') throw new Failure('run-busy', `The run ${record.id} is at work.`, { file: folder }, 'Stop it first.');
  // Out of sight at once: a deletion that is cut short leaves no half of a run.
  const going = join(dirname(resolve(folder)), `.deleted-${basename(folder)}-${randomBytes(2).toString('hex')}`);
  await rename(folder, going);
  await rm(going, { recursive: true, force: true });
}

/** Removes what runs that were being made or deleted have left, once nobody can be at it any more. */
export async function removeLeftovers(runsFolder: string): Promise<void> {
  const names = await readdir(runsFolder).catch(() => []);
  const stale = names.filter((name) => name.startsWith('.deleted-') || name.startsWith('.new-')).map((name) => join(runsFolder, name));
  await Promise.all(stale.map(async (path) => {
    const changed = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Math.abs(Date.now() - changed) > leftoverMilliseconds) await rm(path, { recursive: true, force: true });
  }));
}

const leftoverMilliseconds = 3_600_000;

/** SHA-256 of a text or of bytes, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function readRecord(folder: string): Promise<RunRecord> {
  const path = recordPath(folder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new Failure('run-missing', 'The folder holds no run.json.', { file: folder }, 'Name a run that "prompt-tuner runs list" shows.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(folder, 'run.json is not complete JSON');
  }
  if (isObject(value) && isNumber(value.format) && value.format > 1) {
    throw new Failure('run-format', `The run was written by a newer Prompt Tuner (format ${value.format}).`, { file: path }, 'Update Prompt Tuner.');
  }
  if (!isRunRecord(value)) throw damaged(folder, 'run.json lacks fields that every run has, or has them of another kind');
  return value;
}

function writeRecord(folder: string, record: RunRecord): Promise<void> {
  return writeAtomically(recordPath(folder), `${JSON.stringify(record, null, 2)}\n`);
}

function recordPath(folder: string): string {
  return join(folder, 'run.json');
}

/** Folders below the runs folder, newest id first; none when it does not exist yet. */
export async function runFolders(runsFolder: string): Promise<readonly string[]> {
  const entries = await readdir(runsFolder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => join(resolve(runsFolder), entry.name)).sort().reverse();
}

/** What tells a record from its later self; nothing where there is none. */
export async function recordVersion(folder: string): Promise<string | undefined> {
  const found = await stat(recordPath(folder), { bigint: true }).catch(() => undefined);
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`;
}

async function hasRecord(folder: string): Promise<boolean> {
  return readFile(recordPath(folder)).then(() => true, () => false);
}

function damaged(folder: string, why: string): Failure {
  return new Failure('run-damaged', `The run cannot be read: ${why}.`, { file: recordPath(folder) }, 'Delete the run, or restore the file.');
}

function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(() => true, () => false);
}
