import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { heartbeatMilliseconds } from '../../files/heartbeat';
import { Failure } from '../../failure';
import { removeTemporary } from '../../files/atomicFile';
import { forgetPrevious } from '../store/checkpointFolder';
import { appendLog } from '../store/logFile';
import { removeTicket } from '../queue/queue';
import { requireProduced, type ProducedRun } from '../record/producedRun';
import type { RunProgress, RunRecord } from '../record/record';
import { holdRun, updateRun } from '../record/changeRun';
import { readRun } from '../store/runFolder';
import type { RunEvent, RunOptions } from '../store/runEvent';
import { clearStopRequest, readStopRequest, stopPollMilliseconds, type StopOutcome } from '../queue/stopRequest';

/** The progress in `run.json` is rewritten at most this often; every step is in `metrics.jsonl` anyway. */
const progressMilliseconds = 200;

/** Space that a run keeps free for itself, so that it can still say how it ended once the disk is full. */
const reserveBytes = 65_536;

/** A run that this process works on, and no other. */
export interface LiveRun {
  readonly id: string;
  readonly folder: string;
  /** The record as it was taken up. */
  readonly record: ProducedRun;
  /** Aborted when the caller says so, or whoever asks for it by the run's folder. */
  readonly signal: AbortSignal;
  emit(event: RunEvent): void;
  /** Shows how far the work is; what comes too soon after the last is left out of the folder, not out of the events. */
  progress(progress: RunProgress): void;
  /** Adds to the log; whoever follows the run is told the first line, and the rest is for those who look for more. */
  log(line: string): Promise<void>;
  change(change: (record: RunRecord) => RunRecord): Promise<RunRecord>;
  /** For what is written past `change`. @throws Failure "lock-lost" when another process has taken the run over */
  requireHeld(): Promise<void>;
  /** Writes how the run ended and lets go of it; one that was told to stop for now is queued again. */
  end(status: 'done' | 'stopped' | 'failed', change?: (record: RunRecord) => RunRecord): Promise<RunRecord>;
}

/**
 * Takes a run up: holds it, marks it running with the heartbeat of this process, and clears away what a holder before
 * has left, until {@link LiveRun.end}.
 * @throws Failure "run-busy" while another process works on it, "run-done" when it is finished
 */
export async function startRun(folder: string, id: string, options: RunOptions): Promise<LiveRun> {
  const lock = await holdRun(folder);
  try {
    return await start(folder, id, { lock, options });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type Lock = Awaited<ReturnType<typeof holdRun>>;

async function start(
  folder: string,
  id: string,
  { lock, options }: { readonly lock: Lock; readonly options: RunOptions },
): Promise<LiveRun> {
  const before = await readRun(folder);
  requireProduced(before, folder, 'work on');
  if (before.status === 'done')
    throw new Failure(
      'run-done',
      `The run ${id} is finished.`,
      { file: folder },
      'Train a new run with more tune.steps, or with --init-from and its adapter.',
    );
  await removeTemporary(folder);
  await forgetPrevious(folder);
  // A request to a run that waits was made for whoever takes it up; any other was for a holder that is gone.
  if (before.status !== 'queued') await clearStopRequest(folder);
  const reserve = join(folder, 'reserve.tmp');
  await writeFile(reserve, randomBytes(reserveBytes));

  const emit = (event: RunEvent) => options.onEvent?.(event);
  const heartbeatNow = () => ({ pid: process.pid, heartbeat: new Date().toISOString() });
  const stopping = new AbortController();
  let outcome: StopOutcome = 'stopped';
  let latest: RunProgress | undefined;
  let writing = false;
  let lastWrite = 0;
  let broken: unknown;

  /** The process may have slept since it looked whether it holds the run, and another may have written meanwhile. */
  const asHeld = (record: RunRecord): RunRecord => {
    if ((record.generation ?? 0) <= lock.generation) return record;
    throw new Failure('lock-lost', 'Another process has taken this over.', { file: folder }, 'Let that one go on.');
  };
  let changes: Promise<unknown> = Promise.resolve();
  /** One after the other, as they were asked for: progress that is still being written must not outlive the end. */
  const change = (edit: (record: RunRecord) => RunRecord): Promise<RunRecord> => {
    const changed = changes
      .catch(() => undefined)
      .then(() => lock.requireHeld())
      .then(() => updateRun(folder, (record) => ({ ...edit(asHeld(record)), generation: lock.generation })));
    changes = changed;
    return changed;
  };
  const writeProgress = () => {
    if (writing || !latest || performance.now() - lastWrite < progressMilliseconds) return;
    const shown = latest;
    writing = true;
    lastWrite = performance.now();
    change((record) => ({ ...record, progress: shown, process: heartbeatNow() }))
      .catch((error: unknown) => {
        broken = error;
      })
      .finally(() => {
        writing = false;
      });
  };

  const record = await change((current) => ({
    ...current,
    status: 'running',
    started: current.started ?? heartbeatNow().heartbeat,
    finished: undefined,
    error: undefined,
    process: heartbeatNow(),
  }));
  requireProduced(record, folder, 'work on');
  const heartbeatTimer = setInterval(() => {
    change((current) => ({ ...current, ...(latest && { progress: latest }), process: heartbeatNow() })).catch(
      (error: unknown) => {
        broken = error;
      },
    );
  }, heartbeatMilliseconds);
  const stopPollTimer = setInterval(() => {
    void readStopRequest(folder).then((request) => {
      if (request === undefined || stopping.signal.aborted) return;
      outcome = request;
      stopping.abort();
    });
  }, stopPollMilliseconds);

  return {
    id,
    folder,
    record,
    signal: AbortSignal.any([stopping.signal, ...(options.signal ? [options.signal] : [])]),
    emit,
    progress(progress) {
      // A full disk shows itself here first; the training loop is the place to learn of it.
      if (broken) throw broken;
      latest = progress;
      emit({ kind: 'progress', run: id, progress });
      writeProgress();
    },
    async log(line) {
      emit({ kind: 'log', run: id, line: line.split('\n', 1)[0]! });
      await lock.requireHeld();
      await appendLog(folder, line);
    },
    change,
    requireHeld: () => lock.requireHeld(),
    async end(status, edit = (current) => current) {
      clearInterval(heartbeatTimer);
      clearInterval(stopPollTimer);
      const last = status === 'stopped' ? outcome : status;
      try {
        await lock.requireHeld();
        await rm(reserve, { force: true });
        const ended = await change((current) =>
          edit({
            ...current,
            ...(latest && { progress: latest }),
            status: last,
            process: undefined,
            ...(last !== 'queued' && { finished: new Date().toISOString() }),
          }),
        );
        await clearStopRequest(folder);
        if (last !== 'queued') await removeTicket(folder);
        return ended;
      } finally {
        // Held by nobody, a run that could not even say how it ended is `lost`, which is true and has a way out.
        await lock.release();
      }
    },
  };
}

/** What `run.json` says of a failure. */
export function errorOf(failure: Failure): NonNullable<RunRecord['error']> {
  return { code: failure.code, message: [failure.message, failure.remedy].filter(Boolean).join(' ') };
}
