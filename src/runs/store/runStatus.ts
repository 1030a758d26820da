import { readHolder } from '../../files/fileLock';
import { stateOfProcess, pidExists } from '../../files/processIdentity';
import type { RunRecord } from '../record/record';
import type { RunStatus } from '../record/recordWords';

export const silenceMilliseconds = 15000;
/** The same at the first look, when only the clocks of two machines can be compared. */
export const longSilenceMilliseconds = 300000;

/** Whether a run is waiting or at work. */
export function isActive({ status }: Pick<RunRecord, 'status'>): boolean {
  return status === 'running' || status === 'queued';
}

export async function presentStatus(folder: string, record: RunRecord): Promise<RunStatus> {
  if (record.status !== 'running') return record.status;
  const holder = await readHolder(folder);
  if (!holder) return record.generation === undefined ? statusByHeartbeat(record, Date.now()) : 'lost';
  const life = await stateOfProcess(holder);
  if (life !== 'unknown') return life === 'living' ? 'running' : 'lost';
  return isSilent(folder, record) ? 'lost' : 'running';
}
/**
 * What a record says by itself, for runs of earlier versions: `lost` is one whose heartbeat has stopped and whose
 * process number nobody has.
 */
export function statusByHeartbeat(record: RunRecord, now: number): RunStatus {
  if (record.status !== 'running' || !record.process) return record.status;
  // A clock that was set back makes a heartbeat of the future, which says no more than an old one.
  return Math.abs(now - Date.parse(record.process.heartbeat)) > silenceMilliseconds && !pidExists(record.process.pid)
    ? 'lost'
    : 'running';
}
/**
 * The last heartbeat seen of each run whose process cannot be asked for, and when by this process's own clock, which
 * never jumps.
 */
const heartbeatsSeen = new Map<string, { readonly heartbeat: string; readonly seen: number }>();
/**
 * Whether a holder on another machine has been silent for too long: its heartbeat has stood still while this process
 * watched, or was long past when it first looked.
 */
export function isSilent(
  folder: string,
  { process: owner }: Pick<RunRecord, 'process'>,
  monotonic = performance.now(),
  wall = Date.now(),
): boolean {
  if (!owner) return true;
  const before = heartbeatsSeen.get(folder);
  if (before?.heartbeat === owner.heartbeat) return monotonic - before.seen > silenceMilliseconds;
  const longPast = !before && wall - Date.parse(owner.heartbeat) > longSilenceMilliseconds;
  heartbeatsSeen.set(folder, { heartbeat: owner.heartbeat, seen: longPast ? -Infinity : monotonic });
  return longPast;
}
