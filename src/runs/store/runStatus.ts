import { setTimeout } from 'node:timers/promises';
import { readHolder } from '../../files/fileLock';
import { stateOfProcess, pidExists } from '../../files/processIdentity';
import type { RunRecord } from '../record/record';
import type { RunStatus } from '../record/words/recordWords';
import { slurmJobOf } from '../slurm/slurmTicket';
import { statusInSlurm } from '../slurm/statusInSlurm';

export const silenceMilliseconds = 15000;
/** The same at the first look, when only the clocks of two machines can be compared. */
export const longSilenceMilliseconds = 300000;

/** Whether a run is waiting or at work. */
export function isActive({ status }: Pick<RunRecord, 'status'>): boolean {
  return status === 'running' || status === 'queued';
}

/** What a run is now: its record, its holder, and where it is with a cluster what that says of it. */
export async function presentState(
  folder: string,
  record: RunRecord,
): Promise<Pick<RunRecord, 'status' | 'error' | 'slurm'>> {
  const own = await presentStatus(folder, record);
  const slurm = isActive(record) ? await slurmJobOf(folder) : undefined;
  if (!slurm) return { status: own.status };
  return { ...statusInSlurm({ ...own, hasBegun: record.started !== undefined }, slurm), slurm };
}

/** What record and holder say, and whether the holder is a living process of this machine. */
interface PresentStatus {
  readonly status: RunStatus;
  readonly isHere: boolean;
}

async function presentStatus(folder: string, record: RunRecord): Promise<PresentStatus> {
  const elsewhere = (status: RunStatus): PresentStatus => ({ status, isHere: false });
  if (record.status !== 'running') return elsewhere(record.status);
  const holder = await readHolder(folder);
  if (!holder) return elsewhere(record.generation === undefined ? statusByHeartbeat(record, Date.now()) : 'lost');
  const life = await stateOfProcess(holder);
  if (life !== 'unknown') return life === 'living' ? { status: 'running', isHere: true } : elsewhere('lost');
  return elsewhere(isSilent(folder, record) ? 'lost' : 'running');
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
  if (before?.heartbeat === owner.heartbeat) return monotonic - before.seen > silenceOf(owner);
  const longPast = !before && wall - Date.parse(owner.heartbeat) > longSilenceMilliseconds;
  heartbeatsSeen.set(folder, { heartbeat: owner.heartbeat, seen: longPast ? -Infinity : monotonic });
  return longPast;
}

/** Heartbeats that must be missing in a row. */
const missedHeartbeats = 6;

/** How long a holder that cannot be asked for may be silent, in milliseconds. */
const silenceOf = ({ interval = 0 }: NonNullable<RunRecord['process']>): number =>
  Math.max(silenceMilliseconds, missedHeartbeats * interval);

/**
 * Whether a holder on another machine has gone, for one who would take its run: clocks have no say in it, only
 * that the record stands still for as long as this process watches it.
 */
export async function isAbandoned(folder: string, read: () => Promise<RunRecord>): Promise<boolean> {
  const first = await read();
  if (!isSilent(folder, first)) return false;
  const { seen = -Infinity } = heartbeatsSeen.get(folder) ?? {};
  if (!first.process || Number.isFinite(seen)) return true;
  const began = performance.now();
  while (performance.now() - began < silenceOf(first.process)) {
    await setTimeout(watchMilliseconds);
    if ((await read()).process?.heartbeat !== first.process.heartbeat) return false;
  }
  return true;
}

/** How often one who doubts looks whether the heartbeat goes on. */
const watchMilliseconds = 500;
