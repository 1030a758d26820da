import type { Failure } from '../failure';
import { appendLog } from './metrics';
import type { RunProgress, RunRecord } from './record';
import { heartbeatMilliseconds, updateRun } from './runFolder';
import type { RunEvent, RunOptions } from './runEvent';

/** The progress in `run.json` is rewritten at most this often; every step is in `metrics.jsonl` anyway. */
const progressMilliseconds = 200;

/** A run that this process works on. */
export interface LiveRun {
  readonly id: string;
  readonly folder: string;
  emit(event: RunEvent): void;
  /** Shows how far the work is; what comes too soon after the last is left out of the folder, not out of the events. */
  progress(progress: RunProgress): void;
  log(line: string): Promise<void>;
  change(change: (record: RunRecord) => RunRecord): Promise<RunRecord>;
  /** Writes how the run ended and stops the heartbeat. */
  end(status: 'done' | 'stopped' | 'failed', change?: (record: RunRecord) => RunRecord): Promise<RunRecord>;
}

/** Takes a run up: marks it running, with the heartbeat of this process, until {@link LiveRun.end}. */
export async function goLive(folder: string, id: string, options: RunOptions): Promise<LiveRun> {
  const emit = (event: RunEvent) => options.onEvent?.(event);
  const beat = () => ({ pid: process.pid, heartbeat: new Date().toISOString() });
  let latest: RunProgress | undefined;
  let writing = false;
  let lastWrite = 0;
  let broken: unknown;

  const change = (edit: (record: RunRecord) => RunRecord) => updateRun(folder, edit);
  const writeProgress = () => {
    if (writing || !latest || Date.now() - lastWrite < progressMilliseconds) return;
    const shown = latest;
    writing = true;
    lastWrite = Date.now();
    change((record) => ({ ...record, progress: shown, process: beat() }))
      .catch((error: unknown) => { broken = error; })
      .finally(() => { writing = false; });
  };

  await change((record) => ({ ...record, status: 'running', started: record.started ?? beat().heartbeat, finished: undefined, error: undefined, process: beat() }));
  const timer = setInterval(() => {
    change((record) => ({ ...record, ...(latest && { progress: latest }), process: beat() })).catch((error: unknown) => { broken = error; });
  }, heartbeatMilliseconds);

  return {
    id,
    folder,
    emit,
    progress(progress) {
      // A full disk shows itself here first; the training loop is the place to learn of it.
      if (broken) throw broken;
      latest = progress;
      emit({ kind: 'progress', run: id, progress });
      writeProgress();
    },
    async log(line) {
      emit({ kind: 'log', run: id, line });
      await appendLog(folder, line);
    },
    change,
    async end(status, edit = (record) => record) {
      clearInterval(timer);
      return change((record) => edit({ ...record, ...(latest && { progress: latest }), status, process: undefined, finished: new Date().toISOString() }));
    },
  };
}

/** What `run.json` says of a failure. */
export function errorOf(failure: Failure): NonNullable<RunRecord['error']> {
  return { code: failure.code, message: [failure.message, failure.remedy].filter(Boolean).join(' ') };
}
