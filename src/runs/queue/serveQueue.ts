import { setTimeout } from 'node:timers/promises';
import { startHeartbeat } from '../../files/heartbeat';
import { describeFailure } from '../../failure';
import { confineReading } from '../../fileAccess';
import { takeLock, type Lock } from '../../files/fileLock';
import { listQueue, tidyRuns } from './queue';
import type { RunOptions } from '../store/runEvent';
import { readRun, removeLeftovers } from '../store/runFolder';
import { readStopRequest, requestStop } from './stopRequest';
import {
  isQueuePaused,
  isTrainerSilent,
  isWatched,
  lastChange,
  makeTrainerFolder,
  readTrainerSettings,
  trainerHeartbeatPath,
  type TrainerSettings,
} from './trainerFolder';
import { asFailure } from '../../classifyError';
import { promptTunerVersion } from '../record/versions';

export interface ServeOptions {
  /** @param settings that hold as the run begins */
  readonly work: (folder: string, options: RunOptions, settings: TrainerSettings) => Promise<unknown>;
  readonly log: (line: string) => void;
  /** Ends the service: what is at work stops, keeps its checkpoint, and waits for the next trainer. */
  readonly signal: AbortSignal;
  /** How long it stays without work; shorter in tests. */
  readonly idleMilliseconds?: number;
  readonly unwatchedMilliseconds?: number;
}

/**
 * Why a trainer ended: nothing left to do, another one is there, a newer version is to follow, told to, or no window is
 * open.
 */
export type ServiceEnd = 'idle' | 'taken' | 'superseded' | 'stopped' | 'unwatched';

/** How often the trainer looks for changes; what it reads for it are a few small files. */
const pollMilliseconds = 250;
/** How often it looks through the runs although nobody has told it of a change. */
const scanMilliseconds = 5000;
/** A run that could not be begun is tried again after this long. */
const retryMilliseconds = 30_000;
/** A window that is reloaded is away for some seconds. */
export const reloadMilliseconds = 20_000;

const defaults: TrainerSettings = { version: promptTunerVersion, parallelRuns: 1, threads: 0, whenClosed: 'continue' };

/**
 * Works off the queue of a runs folder until there is nothing left to do. At most one process does so at a time.
 * The work is on disk and so are its results: whoever started this process may be gone.
 */
export async function serveQueue(runsFolder: string, options: ServeOptions): Promise<ServiceEnd> {
  for (;;) {
    const folder = await makeTrainerFolder(runsFolder);
    const lock = await takeLock(folder, {
      version: promptTunerVersion,
      isAbandoned: () => isTrainerSilent(runsFolder, options.signal),
    });
    if (!lock) return 'taken';
    let end: ServiceEnd;
    try {
      end = await serve(runsFolder, lock, options);
    } finally {
      await lock.release();
    }
    // Whoever queued a run while this was ending saw a living trainer and started none.
    if (
      end !== 'idle' ||
      (await isQueuePaused(runsFolder)) ||
      !(await listQueue(runsFolder)).some(({ ticket }) => !ticket.paused)
    )
      return end;
  }
}

async function serve(runsFolder: string, lock: Lock, options: ServeOptions): Promise<ServiceEnd> {
  const { signal, log, idleMilliseconds = 10_000, unwatchedMilliseconds = reloadMilliseconds } = options;
  const active = new Map<string, Promise<void>>();
  const failedAt = new Map<string, number>();
  const heartbeat = startHeartbeat(trainerHeartbeatPath(runsFolder));
  let change: string | undefined;
  let scanned = 0;
  let busyAt = performance.now();
  let watchedAt = performance.now();
  let ending: ServiceEnd | undefined;

  const begin = (folder: string, settings: TrainerSettings) => {
    const work = options
      .work(
        folder,
        {
          onEvent: (event) => {
            if (event.kind === 'log') log(`${event.run}: ${event.line}`);
          },
        },
        settings,
      )
      .then(
        () => undefined,
        (error: unknown) => {
          failedAt.set(folder, performance.now());
          log(`${folder}: ${describeFailure(asFailure(error))}`);
        },
      )
      .finally(() => {
        active.delete(folder);
        change = undefined;
        busyAt = performance.now();
      });
    active.set(folder, work);
  };
  const canBegin = (folder: string) =>
    !active.has(folder) && performance.now() - (failedAt.get(folder) ?? -Infinity) > retryMilliseconds;

  const takeUp = async (settings: TrainerSettings): Promise<void> => {
    const { parallelRuns } = settings;
    if (active.size >= Math.max(1, parallelRuns)) return;
    const now = await lastChange(runsFolder);
    if (now === change && performance.now() - scanned < scanMilliseconds) return;
    [change, scanned] = [now, performance.now()];
    if (await isQueuePaused(runsFolder)) return;
    const next = (await listQueue(runsFolder)).filter(({ folder, ticket }) => !ticket.paused && canBegin(folder));
    for (const { folder } of next.slice(0, Math.max(1, parallelRuns) - active.size)) begin(folder, settings);
  };

  try {
    await removeLeftovers(runsFolder);
    await tidyRuns(runsFolder);
    // Looking forgets windows that have died.
    await isWatched(runsFolder);
    for (;;) {
      await lock.requireHeld();
      const settings = (await readTrainerSettings(runsFolder)) ?? defaults;
      apply(settings);
      if (settings.whenClosed === 'continue' || (await isWatched(runsFolder))) watchedAt = performance.now();
      if (signal.aborted) ending = 'stopped';
      else if (performance.now() - watchedAt > unwatchedMilliseconds) ending = 'unwatched';
      else ending = settings.version === promptTunerVersion ? undefined : 'superseded';

      if (ending === undefined) await takeUp(settings);
      else if (ending !== 'superseded') await Promise.all([...active.keys()].map((folder) => setAside(folder)));
      if (active.size > 0) busyAt = performance.now();
      else if (ending !== undefined) return ending;
      else if (performance.now() - busyAt > idleMilliseconds) return 'idle';
      await setTimeout(pollMilliseconds);
    }
  } finally {
    heartbeat.stop();
    await Promise.all(active.values());
  }
}

/** What the runs that begin from now on are to keep to. */
function apply({ threads, within }: TrainerSettings): void {
  process.env.PROMPT_TUNER_THREADS = String(threads);
  confineReading(within);
}

async function setAside(folder: string): Promise<void> {
  const status = (await readRun(folder).catch(() => undefined))?.status;
  if (status === 'running' && (await readStopRequest(folder)) === undefined) await requestStop(folder, 'queued');
}
