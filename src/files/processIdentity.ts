import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isNumber, isText, object, optional, type Infer } from '../channel/guards';

/** `unknown`: the process is on another machine, or its number may have been given away again. */
export type ProcessState = 'living' | 'dead' | 'unknown';

/** Which process: a number alone may have gone to another since. */
export const isProcessIdentity = object({
  pid: isNumber,
  /** The machine and, on Linux, the space in which its processes are numbered. */
  host: isText,
  /** When the process began, in the system's own words; absent where it does not tell. */
  started: optional(isText),
});
export type ProcessIdentity = Infer<typeof isProcessIdentity>;

let own: Promise<ProcessIdentity> | undefined;

/** The process that asks. */
export function thisProcess(): Promise<ProcessIdentity> {
  return (own ??= identify());
}

async function identify(): Promise<ProcessIdentity> {
  const started = await startOf(process.pid);
  return { pid: process.pid, host: await thisHost(), ...(started !== undefined && { started }) };
}

/**
 * Whether that very process lives. Clocks play no part in it, so neither sleep nor a clock that jumps changes the
 * answer.
 */
export async function stateOfProcess({ pid, host, started }: ProcessIdentity): Promise<ProcessState> {
  if (host !== (await thisHost())) return 'unknown';
  if (!pidExists(pid)) return 'dead';
  const now = await startOf(pid);
  // It may have ended in between; where the system tells no start, the number is all there is.
  if (now === undefined) return pidExists(pid) ? 'unknown' : 'dead';
  return started === undefined ? 'unknown' : now === started ? 'living' : 'dead';
}

/** Signal 0 only asks; a process of another user answers with EPERM and is alive. */
export function pidExists(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let host: Promise<string> | undefined;

function thisHost(): Promise<string> {
  return (host ??= readlink('/proc/self/ns/pid').then(
    (space) => `${hostname()} ${space}`,
    () => hostname(),
  ));
}

function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return startOnLinux(pid);
  return process.platform === 'win32' ? Promise.resolve(undefined) : startByPs(pid);
}

/**
 * Field of `/proc/PID/stat` behind the name in brackets: the state, and the start in ticks since boot
 * (proc_pid_stat(5), fields 3 and 22).
 */
const [stateField, startField] = [0, 19];

async function startOnLinux(pid: number): Promise<string | undefined> {
  const [stat, boot] = await Promise.all(
    [`/proc/${pid}/stat`, '/proc/sys/kernel/random/boot_id'].map((path) =>
      readFile(path, 'utf8').catch(() => undefined),
    ),
  );
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie is dead; only its parent has not looked yet.
  const state = fields[stateField];
  return state === 'Z' || state === 'X' ? 'ended' : `${boot?.trim()} ${fields[startField]}`;
}

function startByPs(pid: number): Promise<string | undefined> {
  return new Promise((fulfil) => {
    execFile(
      'ps',
      ['-o', 'stat=,lstart=', '-p', String(pid)],
      { env: { ...process.env, LC_ALL: 'C' } },
      (error, out) => {
        const [, state, start] = /^(\S+)\s+(.+?)\s*$/m.exec(out) ?? [];
        fulfil(error || state === undefined ? undefined : state.startsWith('Z') ? 'ended' : start);
      },
    );
  });
}
