import { randomBytes } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../files/atomicFile';
import { readLock, type Holder } from '../../files/fileLock';
import { isHeartbeatSilent } from '../../files/heartbeat';
import { readJson, writeJson } from '../../files/jsonFile';
import { isProcessIdentity, stateOfProcess, thisProcess } from '../../files/processIdentity';
import { isFlag, isNumber, isText, listOf, object, oneOf, optional, type Infer } from '../../channel/guards';

/** What the windows that use a runs folder set for its trainer. */
export const isTrainerSettings = object({
  /**
   * Version of Prompt Tuner that wrote them; a trainer of another version ends after its run,
   * and one of this version follows.
   */
  version: isText,
  /** Runs at work at once. */
  parallelRuns: isNumber,
  /** Threads of the runtime; 0 leaves the choice to it. */
  threads: isNumber,
  /** What happens to the run at work when the last window is closed. */
  whenClosed: oneOf('continue', 'stopAndResume'),
  /** Folders that templates may read from; any where this is absent. */
  within: optional(listOf(isText)),
});
export type TrainerSettings = Infer<typeof isTrainerSettings>;

/** Where the trainer of a runs folder keeps its lock, its settings and its log: beside the runs, and none of them. */
export function trainerFolder(runsFolder: string): string {
  return join(resolve(runsFolder), '.trainer');
}

export function trainerLogPath(runsFolder: string): string {
  return join(trainerFolder(runsFolder), 'log.txt');
}

export async function makeTrainerFolder(runsFolder: string): Promise<string> {
  const folder = trainerFolder(runsFolder);
  await makeFolder(join(folder, 'windows'));
  return folder;
}

export function readTrainerSettings(runsFolder: string): Promise<TrainerSettings | undefined> {
  return readJson(settingsPath(runsFolder), isTrainerSettings);
}

export async function writeTrainerSettings(runsFolder: string, settings: TrainerSettings): Promise<void> {
  await makeTrainerFolder(runsFolder);
  await writeJson(settingsPath(runsFolder), settings);
}

/** The trainer at work on a runs folder, whoever started it; nothing where none is known to live. */
export async function livingTrainer(runsFolder: string): Promise<Holder | undefined> {
  const lock = await readLock(trainerFolder(runsFolder)).catch(() => undefined);
  return lock?.state === 'living' ? lock.holder : undefined;
}

const isPaused = object({ paused: isFlag });

/** Whether the whole queue stands still: the run at work goes on, no other begins. */
export async function isQueuePaused(runsFolder: string): Promise<boolean> {
  return (await readJson(pausePath(runsFolder), isPaused))?.paused ?? false;
}

export async function pauseQueue(runsFolder: string, paused: boolean): Promise<void> {
  await makeTrainerFolder(runsFolder);
  await writeJson(pausePath(runsFolder), { paused });
  await announceChange(runsFolder);
}

/** Tells the trainer that the queue has changed, so that it looks through the runs only then. */
export async function announceChange(runsFolder: string): Promise<void> {
  await makeTrainerFolder(runsFolder);
  await writeFile(changePath(runsFolder), randomBytes(8).toString('hex'));
}

/** Differs from its last value after each change. */
export function lastChange(runsFolder: string): Promise<string> {
  return readFile(changePath(runsFolder), 'utf8').catch(() => '');
}

/** The file by which a trainer shows that it is alive to those who cannot ask the system. */
export function trainerHeartbeatPath(runsFolder: string): string {
  return join(trainerFolder(runsFolder), 'beat');
}

/**
 * Whether a trainer that cannot be asked for has gone: its heartbeat stands still for longer than any pass through a
 * model.
 */
export function isTrainerSilent(runsFolder: string, signal?: AbortSignal): Promise<boolean> {
  return isHeartbeatSilent(trainerHeartbeatPath(runsFolder), silenceMilliseconds, signal);
}

const silenceMilliseconds = 60_000;

/** Says that this process is a window that watches the runs. @returns how to take that back */
export async function announceWindow(runsFolder: string): Promise<() => Promise<void>> {
  const folder = await makeTrainerFolder(runsFolder);
  const path = join(folder, 'windows', `${process.pid}.json`);
  await writeJson(path, await thisProcess());
  return () => rm(path, { force: true });
}

/** Whether any window watches the runs; forgets those that have died. */
export async function isWatched(runsFolder: string): Promise<boolean> {
  const folder = join(trainerFolder(runsFolder), 'windows');
  const names = await readdir(folder).catch(() => []);
  const lives = await Promise.all(
    names.map(async (name) => {
      const window = await readJson(join(folder, name), isProcessIdentity);
      if (window && (await stateOfProcess(window)) !== 'dead') return true;
      await rm(join(folder, name), { force: true }).catch(() => undefined);
      return false;
    }),
  );
  return lives.includes(true);
}

function settingsPath(runsFolder: string): string {
  return join(trainerFolder(runsFolder), 'settings.json');
}

function pausePath(runsFolder: string): string {
  return join(trainerFolder(runsFolder), 'queue.json');
}

function changePath(runsFolder: string): string {
  return join(trainerFolder(runsFolder), 'changed');
}
