import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { cpus, hostname } from 'node:os';
import { join } from 'node:path';
import { counted } from '../../words/formatNumbers';
import { heartbeatMilliseconds } from '../../files/heartbeat';
import { Failure } from '../../failure';
import { removeTemporary } from '../../files/atomicFile';
import { sentences } from '../../words/listed';
import { forgetPrevious } from '../store/files/checkpointFolder';
import { appendLog } from '../store/files/logFile';
import { removeTicket } from '../queue/queue';
import { requireProduced, type ProducedRun } from '../record/producedRun';
import type { Allocation, RunProgress, RunRecord } from '../record/record';
import { stepsTaken } from '../record/runStage';
import { slurmText } from '../slurm/slurmWords';
import { removeSlurmTicket } from '../slurm/slurmTicket';
import { isActive } from '../store/runStatus';
import { holdRun, updateRun } from '../record/changeRun';
import { readRun } from '../store/runFolder';
import type { ClusterTask, RunEvent, RunOptions } from '../store/runEvent';
import { clearStopRequest, readStopRequest, stopPollMilliseconds, type StopOutcome } from '../queue/stopRequest';

/** How often a run says in its folder how it is, and looks there whether it is asked to stop, in milliseconds. */
interface Pace {
  readonly heartbeat: number;
  /** The progress in `run.json` is rewritten at most this often; every step is in `metrics.jsonl` anyway. */
  readonly progress: number;
  readonly stopPoll: number;
  /** Lines of `metrics.jsonl` are kept together for so long. */
  readonly metrics: number;
}

const hereAlone: Pace = { heartbeat: heartbeatMilliseconds, progress: 200, stopPoll: stopPollMilliseconds, metrics: 0 };
/** Of hundreds that share one file system. Whoever stops a task sends it a signal too, so it need not look often. */
const besideMany: Pace = { heartbeat: 10_000, progress: 10_000, stopPoll: 10_000, metrics: 10_000 };

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
  /** For how long the lines of steps are kept together before they are written; 0 or absent for not at all. */
  readonly metricsMilliseconds?: number;
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
    await rm(reservePath(folder), { force: true });
    await lock.release();
    throw error;
  }
}

const reservePath = (folder: string): string => join(folder, 'reserve.tmp');

/** What the record keeps of a stay on a node. */
function allocationOf({ progress }: RunRecord, { job, restarts, threads }: ClusterTask): Allocation {
  const [processor] = cpus();
  return {
    job,
    restarts,
    host: hostname(),
    processor: processor?.model.trim() ?? '',
    threads,
    step: stepsTaken(progress),
  };
}

/** Says in the log where a run goes on with another processor, whose sums may differ in their last digits. */
async function noteProcessor(folder: string, { allocations = [] }: RunRecord): Promise<void> {
  const [before, now] = allocations.slice(-2);
  if (!before || !now || (before.processor === now.processor && before.threads === now.threads)) return;
  await appendLog(
    folder,
    l10n.t`Goes on with ${describeAllocation(now)}, and was with ${describeAllocation(before)}: ` +
      l10n.t`the last digits of its numbers may be others than without the change.`,
  );
}

const describeAllocation = ({ processor, threads, host }: Allocation): string =>
  `${processor || l10n.t`an unknown processor`}, ${counted(threads, 'thread')} (${host})`;

type Lock = Awaited<ReturnType<typeof holdRun>>;

async function start(
  folder: string,
  id: string,
  { lock, options }: { readonly lock: Lock; readonly options: RunOptions },
): Promise<LiveRun> {
  const before = await readRun(folder);
  requireProduced(before, folder, l10n.t`work on`);
  if (isActive(before) && before.slurm && !options.task)
    throw new Failure(
      'run-busy',
      l10n.t`The run ${id} is with Slurm: ${slurmText(before.slurm)}.`,
      { file: folder },
      l10n.t`Stop it there first.`,
    );
  if (before.status === 'done')
    throw new Failure(
      'run-done',
      l10n.t`The run ${id} is finished.`,
      { file: folder },
      l10n.t`Train a new run with more tune.steps, or with --init-from and its adapter.`,
    );
  // Whoever goes on with it here takes it back from Slurm, where it has ended.
  if (!options.task) await removeSlurmTicket(folder);
  await removeTemporary(folder);
  await forgetPrevious(folder);
  // A request to a run that waits was made for whoever takes it up; any other was for a holder that is gone.
  if (before.status !== 'queued') await clearStopRequest(folder);
  const reserve = reservePath(folder);
  await writeFile(reserve, randomBytes(reserveBytes));

  const emit = (event: RunEvent) => options.onEvent?.(event);
  const pace = options.task ? besideMany : hereAlone;
  const heartbeatNow = () => ({
    pid: process.pid,
    heartbeat: new Date().toISOString(),
    ...(options.task && { interval: pace.heartbeat }),
  });
  const stopping = new AbortController();
  let outcome: StopOutcome | undefined;
  let latest: RunProgress | undefined;
  let writing = false;
  let lastWrite = 0;
  let broken: unknown;

  const change = (edit: (record: RunRecord) => RunRecord): Promise<RunRecord> => updateRun(folder, edit, lock);
  const writeProgress = () => {
    if (writing || !latest || performance.now() - lastWrite < pace.progress) return;
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
    ...(options.task && { allocations: [...(current.allocations ?? []), allocationOf(current, options.task)] }),
  }));
  requireProduced(record, folder, l10n.t`work on`);
  const heartbeatTimer = setInterval(() => {
    change((current) => ({ ...current, ...(latest && { progress: latest }), process: heartbeatNow() })).catch(
      (error: unknown) => {
        broken = error;
      },
    );
  }, pace.heartbeat);
  const stopPollTimer = setInterval(() => {
    void readStopRequest(folder).then((request) => {
      if (request === undefined || stopping.signal.aborted) return;
      outcome = request;
      stopping.abort();
    });
  }, pace.stopPoll);
  await noteProcessor(folder, record);

  return {
    id,
    folder,
    record,
    metricsMilliseconds: pace.metrics,
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
      // Whoever ends a task of a cluster from outside ends its time there, not the run.
      const asked = outcome ?? (await readStopRequest(folder)) ?? (options.task ? 'queued' : 'stopped');
      const last = status === 'stopped' ? asked : status;
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
  return { code: failure.code, message: sentences([failure.message, failure.remedy]) };
}
