import { watch, type FSWatcher } from 'node:fs';
import { isActive } from '../../runs/store/runStatus';
import { Failure } from '../../failure';
import { readTicket, type QueueTicket } from '../../runs/queue/queue';
import type { RunRecord } from '../../runs/record/record';
import { recordVersion } from '../../runs/record/recordFile';
import { readRun, runFolders } from '../../runs/store/runFolder';
import { labelsVersion } from '../../runs/store/runLabels';
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
  /** Changes when the files do. */
  readonly version: string;
  /** Changes when anything does that is shown of the run. */
  readonly shown: string;
  readonly run?: WatchedRun;
  readonly unreadable?: UnreadableRun;
}

/** A live run writes its progress about five times a second; twice a second is enough to watch. */
const activeMilliseconds = 500;
/** While there is no folder to get events from. */
const unwatchedMilliseconds = 1000;
const idleMilliseconds = 3000;
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
  let disposed = false;
  let settledAt = 0;
  const texts = createTextsNow();
  const listeners = new Set<() => void>();
  const watchers = new Map<string, FSWatcher>();

  const runs = () => sortedRuns(readings);

  const read = async () => {
    const folders = runsFolders();
    watchFolders(folders);
    readings = await readAll(folders, readings);
    const changesOf = await texts.look([...readings.values()].flatMap(({ run }) => run?.record ?? []));
    readings = new Map([...readings].map(([folder, each]) => [folder, withChanges(each, changesOf)]));
    const now = [...readings]
      .map(([folder, { shown: each, run }]) => `${folder} ${each} ${run?.changed?.join() ?? ''}`)
      .join('\n');
    if (now !== shown) {
      shown = now;
      for (const listener of listeners) listener();
    }
  };

  const refresh = async () => {
    // A reading that is under way may have passed the change already, so another follows it.
    await reading;
    if (disposed) return;
    clearTimeout(timer);
    reading = read().finally(() => {
      reading = undefined;
      if (disposed) return;
      clearTimeout(timer);
      timer = setTimeout(() => void refresh(), pause());
    });
    await reading;
  };

  const pause = () => {
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

/** What is in the folders, read again only where `run.json` has changed or a run is at work. */
async function readAll(
  runsFolders: readonly string[],
  before: ReadonlyMap<string, ReadState>,
): Promise<ReadonlyMap<string, ReadState>> {
  const listed = await Promise.all(runsFolders.map((folder) => runFolders(folder)));
  return new Map(
    await Promise.all(
      listed.flat().map(async (folder) => [folder, await readOne(folder, before.get(folder))] as const),
    ),
  );
}

async function readOne(folder: string, before: ReadState | undefined): Promise<ReadState> {
  const version = (await Promise.all([recordVersion(folder), labelsVersion(folder)])).join(' ');
  if (before?.version === version && !(before.run && isActive(before.run.record))) return before;
  try {
    const record = await readRun(folder);
    const ticket = record.status === 'queued' ? await readTicket(folder) : undefined;
    const shown = [version, record.status, record.error?.code, ticket && JSON.stringify(ticket)].join(' ');
    // What is shown has not changed, so what was made of it can stay.
    if (before?.shown === shown) return before;
    return { version, shown, run: { folder, record, ...(ticket && { ticket }) } };
  } catch (error) {
    const problem = error instanceof Failure ? [error.message, error.remedy].filter(Boolean).join(' ') : String(error);
    return { version, shown: `${version} ${problem}`, unreadable: { folder, problem } };
  }
}
