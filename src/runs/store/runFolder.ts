import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { access, constants, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../failure';
import { makeFolder, syncFolder, writeAtomically, writeDurably } from '../../files/atomicFile';
import { writeJson, writeJsonLines } from '../../files/jsonFile';
import type { RunRecord } from '../record/record';
import { readRecord, writeRecord } from '../record/recordFile';
import { readLabels } from './runLabels';
import { presentState } from './runStatus';
import { isThere } from '../../files/isThere';

/** Where runs lie, below the folder one works in. */
export const defaultRunsFolder = join('.prompt-tuner', 'runs');

/**
 * Makes the folder of a new run, whole or not at all, with its record and further files by name: bytes as they are, all
 * else as JSON, a list as JSON lines.
 * @returns the folder.
 */
export async function createRun(
  runsFolder: string,
  record: RunRecord,
  files: Readonly<Record<string, object>> = {},
): Promise<string> {
  const folder = join(resolve(runsFolder), record.id);
  const making = join(resolve(runsFolder), `.new-${record.id}`);
  await keepFromGit(resolve(runsFolder));
  await makeFolder(making);
  try {
    for (const [name, value] of Object.entries(files)) await writePart(join(making, name), value);
    await writeRecord(making, record);
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(resolve(runsFolder));
  return folder;
}

async function writePart(path: string, value: object): Promise<void> {
  await makeFolder(dirname(path));
  if (value instanceof Uint8Array) await writeDurably(path, value);
  else await (isList(value) ? writeJsonLines(path, value) : writeJson(path, value));
}

const isList = (value: object): value is readonly object[] => Array.isArray(value);

/** Runs are large and made again at any time: the folder that we make for them says so, unless a person has made it. */
async function keepFromGit(runsFolder: string): Promise<void> {
  const own = dirname(runsFolder);
  if (basename(own) !== dirname(defaultRunsFolder) || (await isThere(own))) return;
  await makeFolder(own);
  await writeAtomically(join(own, '.gitignore'), `# Made by Prompt Tuner; take it away to keep runs in git.\n*\n`);
}

/**
 * The record of a run as it stands now, with its labels; `running` becomes `lost` when nobody living holds the run.
 * @throws Failure "run-missing", "run-damaged" or "run-format"
 */
export async function readRun(folder: string): Promise<RunRecord> {
  const [now, labels] = await Promise.all([readPresent(folder), readLabels(folder)]);
  const present: RunRecord = { ...now, ...labels };
  // What waits where nothing can be written would wait for ever.
  if (present.status !== 'queued' || (await isWritable(folder))) return present;
  return {
    ...present,
    status: 'failed',
    error: {
      code: 'not-writable',
      message: l10n.t`The run's folder cannot be written to. Allow it, or train again into another runs folder.`,
    },
  };
}

/**
 * Whether what is said of a run is what its files say; of one that is at work, waits, or was given up, it also depends
 * on processes and on what may be written.
 */
export const isAtRest = ({ status, error, slurm }: RunRecord): boolean =>
  slurm === undefined &&
  (status === 'done' || status === 'stopped' || (status === 'failed' && error?.code !== 'not-writable'));

/**
 * A run that ends between a look at its record and one for its holder is not lost: then the record has changed
 * meanwhile.
 */
async function readPresent(folder: string): Promise<RunRecord> {
  let record = await readRecord(folder);
  for (;;) {
    const present = await presentState(folder, record);
    if (present.status === record.status) return { ...record, ...present };
    const again = await readRecord(folder);
    if (again.status === record.status && again.generation === record.generation) return { ...again, ...present };
    record = again;
  }
}

/**
 * Deletes a run and all it holds, damaged or not.
 * @throws Failure "run-busy" while its process works on it, or it waits on a cluster
 */
export async function deleteRun(folder: string): Promise<void> {
  const record = await readRun(folder).catch(() => undefined);
  if (record?.status === 'queued' && record.slurm)
    throw new Failure(
      'run-busy',
      record.slurm.id === undefined
        ? l10n.t`The run ${record.id} is with Slurm.`
        : l10n.t`The run ${record.id} is with Slurm as ${record.slurm.id}.`,
      { file: folder },
      l10n.t`Stop it first.`,
    );
  if (record?.status === 'running')
    throw new Failure('run-busy', l10n.t`The run ${record.id} is at work.`, { file: folder }, l10n.t`Stop it first.`);
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

/** Folders below the runs folder, newest id first; none when it does not exist yet. */
export async function runFolders(runsFolder: string): Promise<readonly string[]> {
  const entries = await readdir(runsFolder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(resolve(runsFolder), entry.name))
    .sort()
    .reverse();
}

function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
