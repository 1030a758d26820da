import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../failure';
import { writeAtomically } from './atomicFile';
import type { RunRecord, RunStatus } from './record';
import { readLabel } from './runLabel';
import { isNumber, isObject, isText, oneOf } from './shape';

/** Where runs lie, below the folder one works in. */
export const defaultRunsFolder = join('.prompt-tuner', 'runs');

/** How often a working process says that it is alive, and after how long a silence it counts as dead. */
export const heartbeatMilliseconds = 2000;
const silenceMilliseconds = 15000;

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

/** Makes the folder of a new run and writes its record. @returns the folder. */
export async function createRun(runsFolder: string, record: RunRecord): Promise<string> {
  const folder = join(resolve(runsFolder), record.id);
  await mkdir(resolve(runsFolder), { recursive: true });
  await mkdir(folder);
  await writeRecord(folder, record);
  return folder;
}

/**
 * The record of a run as it stands now; `running` becomes `lost` when its process is dead and silent.
 * @throws Failure "run-missing", "run-damaged" or "run-format"
 */
export async function readRun(folder: string): Promise<RunRecord> {
  const [record, label] = await Promise.all([readRecord(folder), readLabel(folder)]);
  return { ...record, ...label, status: presentStatus(record, new Date()) };
}

/** `lost` is derived: the heartbeat has stopped and no process has the number of the one that worked on the run. */
export function presentStatus(record: RunRecord, now: Date): RunStatus {
  if (record.status !== 'running' || !record.process) return record.status;
  const silence = now.getTime() - Date.parse(record.process.heartbeat);
  return silence > silenceMilliseconds && !isAlive(record.process.pid) ? 'lost' : 'running';
}

/** Every run below a runs folder; a damaged one is named with what is wrong and hides no other. */
export async function scanRuns(runsFolder: string): Promise<RunList> {
  const folders = await childFolders(runsFolder);
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
  const folders = await childFolders(runsFolder);
  const exact = folders.find((folder) => basename(folder) === reference);
  if (exact) return exact;
  const matches = folders.filter((folder) => basename(folder).startsWith(reference));
  if (matches.length === 1) return matches[0]!;
  if (matches.length > 1) throw new Failure('run-ambiguous', `${matches.length} runs begin with "${reference}".`, { file: runsFolder }, 'Give more of the id.');
  if (await hasRecord(resolve(reference))) return resolve(reference);
  throw new Failure('run-missing', `There is no run "${reference}".`, { file: runsFolder }, 'See "prompt-tuner runs list", or name the folder with --runs.');
}

/** Deletes a run and all it holds. @throws Failure "run-busy" while its process works on it */
export async function deleteRun(folder: string): Promise<void> {
  const record = await readRun(folder).catch(() => undefined);
  if (record?.status === 'running') throw new Failure('run-busy', `The run ${record.id} is at work.`, { file: folder }, 'Stop it first.');
  await rm(folder, { recursive: true, force: true });
}

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
  if (!isRecord(value)) throw damaged(folder, 'run.json lacks fields that every run has');
  return value;
}

const isStatus = oneOf('queued', 'running', 'done', 'stopped', 'failed');
const isMethod = oneOf('hard', 'soft', 'v1', 'v2');

function isRecord(value: unknown): value is RunRecord {
  return isObject(value) && value.format === 1 && isText(value.id) && isMethod(value.method) && isStatus(value.status)
    && isObject(value.template) && isText(value.template.path) && isText(value.template.text)
    && isObject(value.settings) && isObject(value.data) && isObject(value.model) && isObject(value.progress)
    && isText(value.created) && (value.process === undefined || (isObject(value.process) && isNumber(value.process.pid) && isText(value.process.heartbeat)));
}

function writeRecord(folder: string, record: RunRecord): Promise<void> {
  return writeAtomically(recordPath(folder), `${JSON.stringify(record, null, 2)}\n`);
}

function recordPath(folder: string): string {
  return join(folder, 'run.json');
}

/** Folders below the runs folder, newest id first; none when it does not exist yet. */
async function childFolders(runsFolder: string): Promise<readonly string[]> {
  const entries = await readdir(runsFolder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(resolve(runsFolder), entry.name)).sort().reverse();
}

async function hasRecord(folder: string): Promise<boolean> {
  return readFile(recordPath(folder)).then(() => true, () => false);
}

function damaged(folder: string, why: string): Failure {
  return new Failure('run-damaged', `The run cannot be read: ${why}.`, { file: recordPath(folder) }, 'Delete the run, or restore the file.');
}

/** Signal 0 only asks; a process of another user answers with EPERM and is alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
