import { watch, type FSWatcher } from 'node:fs';
import { isActive } from '../../runs/store/runStatus';
import { Failure } from '../../failure';
import { sentences } from '../../words/listed';
import { readTicket, type QueueTicket } from '../../runs/queue/queue';
import type { RunRecord } from '../../runs/record/record';
import { runFolders } from '../../runs/store/runFolder';
import { lookAtRun, lookAtRuns } from '../../runs/store/runIndex';
import { createTextsNow } from './textsNow';

export interface WatchedRun {
  readonly folder: string;
  readonly record: RunRecord;
  /** Its position in the queue, while it waits. */
  readonly ticket?: QueueTicket;
  /** In what its template asks otherwise by now than what its result was measured with; absent for nothing. */
  readonly changed?: readonly string[];
}

export interface UnreadableRun {
  readonly folder: string;
  /** One sentence on what is wrong. */
  readonly problem: string;
}

export interface RunWatcher {
  /** Newest first. */
  readonly runs: readonly WatchedRun[];
  readonly unreadable: readonly UnreadableRun[];
  /** Reads the folders now. */
  refresh(): Promise<void>;
  /** Calls the listener after each change. @returns how to stop that */
  onChange(listener: () => void): () => void;
  dispose(): void;
}

interface ReadState {
  /** Changes when the files do, or what else a run's state depends on. */
  readonly version: string;
  /** Grows when anything changes that is shown of the run. */
  readonly revision: number;
  readonly run?: WatchedRun;
  readonly unreadable?: UnreadableRun;
}

/** A live run writes its progress about five times a second; twice a second is enough to watch. */
const activeMilliseconds = 500;
/** While there is no folder to get events from. */
const unwatchedMilliseconds = 1000;
const idleMilliseconds = 3000;
/** How long the watcher rests after a look, by how long that took: a file system that is slow is asked less often. */
const restAfter = 4;
/** After an event: a new folder is seen before its record is in it. */
const settlingMilliseconds = 2000;

/**
 * Follows the runs below the runs folders, whichever process writes them.
 * The folder is polled, because file events are missing on network drives and before the folder exists; with events it
 * is quicker.
 */
export function watchRuns(runsFolders: () => readonly string[]): RunWatcher {
  let readings: ReadonlyMap<string, ReadState> = new Map();
  let shown = '';
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  /** The one reading that follows the one under way, for all who have asked meanwhile. */
  let following: { isQuick: boolean; readonly done: Promise<void> } | undefined;
  let disposed = false;
  let settledAt = 0;
  let lookedAt = 0;
  let took = 0;
  const texts = createTextsNow();
  const listeners = new Set<() => void>();
  const watchers = new Map<string, FSWatcher>();

  const runs = () => sortedRuns(readings);

  const read = async (isQuick: boolean) => {
    const folders = runsFolders();
    watchFolders(folders);
    const before = readings;
    const found = await readAll(folders, before, isQuick);
    readings = new Map([...found].map(([folder, each]) => [folder, withChangesOf(before.get(folder), each)]));
    // A thousand runs of other texts take seconds to compare: they are listed first.
    const changesOf = await texts.look(
      [...readings.values()].flatMap(({ run }) => run?.record ?? []),
      tell,
    );
    readings = new Map([...readings].map(([folder, each]) => [folder, withChanges(each, changesOf)]));
    tell();
  };

  const tell = () => {
    const now = [...readings]
      .map(([folder, { revision, run }]) => `${folder} ${revision} ${run?.changed?.join() ?? ''}`)
      .join('\n');
    if (now === shown || disposed) return;
    shown = now;
    for (const listener of listeners) listener();
  };

  const look = (isQuick: boolean): Promise<void> => {
    if (following) following.isQuick &&= isQuick;
    else following = { isQuick, done: follow() };
    return following.done;
  };
  const follow = async () => {
    // A reading that is under way may have passed the change already, so another follows it.
    await reading?.catch(() => undefined);
    const { isQuick } = following!;
    following = undefined;
    if (disposed) return;
    clearTimeout(timer);
    const began = performance.now();
    if (!isQuick) lookedAt = began;
    reading = read(isQuick).finally(() => {
      took = performance.now() - began;
      reading = undefined;
      if (disposed) return;
      clearTimeout(timer);
      timer = setTimeout(() => void look(performance.now() - lookedAt < idleMilliseconds), pause());
    });
    await reading;
  };
  const refresh = () => look(false);

  const pause = () => Math.max(restAfter * took, usualPause());

  const usualPause = () => {
    if (performance.now() < settledAt || runs().some(({ record }) => isActive(record))) return activeMilliseconds;
    return runsFolders().every((folder) => watchers.has(folder)) ? idleMilliseconds : unwatchedMilliseconds;
  };

  const watchFolders = (folders: readonly string[]) => {
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, () => {
          settledAt = performance.now() + settlingMilliseconds;
          void refresh();
        });
        watcher.on('error', () => {
          watcher.close();
          watchers.delete(folder);
        });
        watchers.set(folder, watcher);
      } catch {
        // The folder does not exist yet; the poll finds it when it does.
      }
    }
  };

  return {
    get runs() {
      return runs();
    },
    get unreadable() {
      return [...readings.values()].flatMap(({ unreadable }) => unreadable ?? []);
    },
    refresh,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      listeners.clear();
    },
  };
}

/** A new reading of a run with what was said of the last one, until the texts have been compared again. */
function withChangesOf(before: ReadState | undefined, reading: ReadState): ReadState {
  const changed = before?.run?.changed;
  if (!changed || !reading.run || reading.run.changed) return reading;
  return { ...reading, run: { ...reading.run, changed } };
}

/** The same reading where nothing is new, so that what was made of it can stay. */
function withChanges(reading: ReadState, changesOf: (run: RunRecord) => readonly string[]): ReadState {
  const { run } = reading;
  const changed = run ? changesOf(run.record) : [];
  if (!run || changed.join() === (run.changed ?? []).join()) return reading;
  const { folder, record, ticket } = run;
  return {
    ...reading,
    run: { folder, record, ...(ticket && { ticket }), ...(changed.length > 0 && { changed }) },
  };
}

function sortedRuns(readings: ReadonlyMap<string, ReadState>): readonly WatchedRun[] {
  return [...readings.values()]
    .flatMap(({ run }) => run ?? [])
    .sort((a, b) => b.record.created.localeCompare(a.record.created));
}

/**
 * What is in the folders.
 * @param isQuick leaves out the runs that are at rest, which only a person changes
 */
async function readAll(
  runsFolders: readonly string[],
  before: ReadonlyMap<string, ReadState>,
  isQuick: boolean,
): Promise<ReadonlyMap<string, ReadState>> {
  const listed = await Promise.all(runsFolders.map((folder) => runFolders(folder)));
  return new Map(
    await lookAtRuns(listed.flat(), async (folder) => {
      const last = before.get(folder);
      return [folder, isQuick && last?.run && !isLively(last.run.record) ? last : await readOne(folder, last)] as const;
    }),
  );
}

/** Whether a run may change at any moment; one with Slurm says seldom how far it is, as hundreds of them may. */
const isLively = (record: RunRecord): boolean => isActive(record) && record.slurm === undefined;

async function readOne(folder: string, before: ReadState | undefined): Promise<ReadState> {
  try {
    const { mark, record } = await lookAtRun(folder);
    const ticket = record.status === 'queued' ? await readTicket(folder) : undefined;
    const version = [mark, record.status, record.error?.code, ticket && JSON.stringify(ticket)].join(' ');
    // What is shown has not changed, so what was made of it can stay.
    if (before?.run && before.version === version && isSame(before.run.record, record)) return before;
    return { version, revision: revisionAfter(before), run: { folder, record, ...(ticket && { ticket }) } };
  } catch (error) {
    const problem = error instanceof Failure ? sentences([error.message, error.remedy]) : String(error);
    if (before?.unreadable?.problem === problem) return before;
    return { version: '', revision: revisionAfter(before), unreadable: { folder, problem } };
  }
}

const revisionAfter = (before: ReadState | undefined): number => (before?.revision ?? 0) + 1;

/** Two writings within one tick of the file system's clock leave the same mark. */
const isSame = (a: RunRecord, b: RunRecord): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
