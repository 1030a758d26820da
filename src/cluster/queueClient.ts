import * as l10n from '@vscode/l10n';
import { dirname } from 'node:path';
import { Failure } from '../failure';
import { pauseAnywhere, resumeAnywhere, stopAnywhere } from './controlRun';
import { failureCodeOf } from '../failureCodes';
import type { RunRecord } from '../runs/record/record';
import { enqueueComparison, enqueueRun, listQueue, type CompareRequest, type NewRunRequest } from '../runs/queue/queue';
import { readRun } from '../runs/store/runFolder';
import {
  announceWindow,
  isQueuePaused,
  isWatched,
  livingTrainer,
  pauseQueue,
  writeTrainerSettings,
  type TrainerSettings,
} from '../runs/queue/trainerFolder';
import { launchQueueWorker } from '../runs/queue/launchQueueWorker';
import { isThere } from '../files/isThere';

/**
 * The side of a window, or of a server of agents' tools: puts work into the queue on disk, and starts a worker while
 * there is any and none lives.
 */
export interface QueueClient {
  /**
   * Queues a training, or for `hard` an evaluation, and starts a worker if none lives.
   * @returns the run's folder
   * @throws Failure when the template is wrong
   */
  train(request: NewRunRequest): Promise<string>;
  /** Queues the runs of a comparison. @returns their folders */
  compare(request: CompareRequest): Promise<readonly string[]>;
  /** Queues a run again that was stopped, failed or lost, or continues a paused one; either from its checkpoint. */
  resume(folder: string): Promise<void>;
  /** Ends a run in whichever process it is, or takes it out of the queue. */
  stop(folder: string): Promise<void>;
  /** Stops a run with its checkpoint; it waits until it is resumed. */
  pause(folder: string): Promise<void>;
  /** Pauses or continues the whole queue. */
  pauseQueue(runsFolder: string, paused: boolean): Promise<void>;
  /** Starts a worker for a runs folder where runs wait and none lives; each of the above does so by itself. */
  ensure(runsFolder: string): Promise<void>;
  /**
   * Waits until a run is no longer queued or running.
   * @returns its record then
   * @throws Failure "run-missing" when it is deleted meanwhile
   */
  ended(folder: string): Promise<RunRecord>;
  dispose(): void;
}

export interface QueueClientOptions {
  /** The trainer's bundle. */
  readonly module: string;
  /** What holds now; asked for before each start. */
  readonly settings: () => TrainerSettings & { readonly nodePath: string };
  readonly log: (line: string) => void;
  /** Whether what a window has set holds while one is open; its own settings count where none is. */
  readonly yieldsToWindows?: boolean;
}

const endedPollMilliseconds = 300;

/** A worker that could not be started is tried again only when someone asks for work. */
export function createQueueClient({ module, settings, log, yieldsToWindows }: QueueClientOptions): QueueClient {
  const starting = new Map<string, Promise<void>>();
  const announced = new Map<string, Promise<() => Promise<void>>>();
  let disposed = false;

  const writeSettings = async (runsFolder: string) => {
    if (yieldsToWindows && (await isWatched(runsFolder))) return;
    const { version, parallelRuns, threads, whenClosed, within } = settings();
    await writeTrainerSettings(runsFolder, { version, parallelRuns, threads, whenClosed, ...(within && { within }) });
    if (yieldsToWindows || announced.has(runsFolder)) return;
    announced.set(runsFolder, announceWindow(runsFolder));
    await announced.get(runsFolder);
  };

  const start = async (runsFolder: string) => {
    await writeSettings(runsFolder);
    if ((await isQueuePaused(runsFolder)) || !(await listQueue(runsFolder)).some(({ ticket }) => !ticket.paused))
      return;
    const trainer = await livingTrainer(runsFolder);
    // One of another version ends after its run; until then this finds it alive, and the next look starts ours.
    if (trainer) return;
    log(`Starting a trainer for ${runsFolder}.`);
    await launchQueueWorker(runsFolder, { module, nodePath: settings().nodePath });
  };

  const ensure = async (runsFolder: string) => {
    if (disposed || !(await isThere(runsFolder))) return;
    const running = starting.get(runsFolder);
    if (running) return running;
    const work = start(runsFolder).finally(() => starting.delete(runsFolder));
    starting.set(runsFolder, work);
    return work;
  };

  /** Starts a worker after a change of the queue; the change may have come too late for a start that was under way. */
  const afterChange = async <T>(runsFolder: string, change: Promise<T>): Promise<T> => {
    const result = await change;
    await starting.get(runsFolder)?.catch(() => undefined);
    await ensure(runsFolder);
    return result;
  };

  return {
    train: (request) => afterChange(request.runs, enqueueRun(request)),
    compare: (request) => afterChange(request.runs, enqueueComparison(request)),
    resume: (folder) => afterChange(dirname(folder), resumeAnywhere(folder)),
    stop: stopAnywhere,
    pause: pauseAnywhere,
    pauseQueue: (runsFolder, paused) => afterChange(runsFolder, pauseQueue(runsFolder, paused)),
    ensure,
    async ended(folder) {
      for (;;) {
        const record = await readRun(folder);
        if (record.status !== 'queued' && record.status !== 'running') return record;
        if (disposed) throw new Failure('window-closed', l10n.t`The window was closed.`);
        await new Promise((resolve) => setTimeout(resolve, endedPollMilliseconds));
      }
    },
    dispose() {
      disposed = true;
      for (const taking of announced.values()) void taking.then((takeBack) => takeBack());
    },
  };
}

/** A failure of a run, as one that a window reports. */
export function failureOfRun(folder: string, { status, error, template }: RunRecord): Failure | undefined {
  if (status === 'failed' && error)
    return new Failure(failureCodeOf(error.code), error.message, { file: template.path });
  if (status === 'lost')
    return new Failure(
      'run-lost',
      l10n.t`The process that worked on the run has died.`,
      { file: folder },
      l10n.t`Resume the run; its log and the trainer's tell how far it came.`,
    );
  return undefined;
}
