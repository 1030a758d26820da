import type { SlurmState } from '../runs/slurm/slurmJob';

/**
 * What is asked of squeue for each task: lines of fields whose letters have been the same since Slurm 2.6, while its
 * JSON has had three shapes since. The reason comes last, because it may hold anything.
 */
export const squeueArguments = (jobs: readonly string[]): readonly string[] => [
  '--array',
  '--noheader',
  '--states=all',
  `--jobs=${jobs.join(',')}`,
  '--format=%F|%K|%T|%M|%l|%N|%j|%r',
];

/**
 * The same of sacct, which knows tasks that have ended long ago where the cluster keeps accounts. It puts those that
 * have not begun into one line, which says nothing that squeue does not; `--array`, which parts them, is unknown to it
 * up to Slurm 22.05.
 */
export const sacctArguments = (jobs: readonly string[]): readonly string[] => [
  '--allocations',
  '--noheader',
  '--parsable2',
  `--jobs=${jobs.join(',')}`,
  '--format=JobID,State,ElapsedRaw,TimelimitRaw,NodeList,ExitCode,JobName,Reason',
];

/** A state by the array job and the number of the task in it. */
export interface TaskState {
  readonly job: string;
  /** Absent for all tasks that are not listed one by one: those that an array lost at once while they waited. */
  readonly index?: number;
  /** What the job is called, by which one that was given an old number is told from ours. */
  readonly name: string;
  readonly state: SlurmState;
}

/** The tasks of an answer of {@link squeueArguments}; lines of anything else are left out. */
export function readSqueue(text: string): readonly TaskState[] {
  return text.split('\n').flatMap((line): readonly TaskState[] => {
    const [job = '', index = '', state = '', elapsed = '', limit = '', node = '', name = '', ...reason] =
      line.split('|');
    if (!/^\d+$/.test(job) || !/^(?:\d+|N\/A)$/.test(index) || !/^[A-Z_]+$/.test(state)) return [];
    return [
      {
        job,
        ...(index !== 'N/A' && { index: Number(index) }),
        name,
        state: {
          state,
          ...present('reason', reason.join('|')),
          ...present('node', node),
          ...seconds('elapsed', secondsOf(elapsed)),
          ...seconds('limit', secondsOf(limit)),
        },
      },
    ];
  });
}

/** The tasks of an answer of {@link sacctArguments}; of a task that was started again, its last stay. */
export function readSacct(text: string): readonly TaskState[] {
  return text.split('\n').flatMap((line): readonly TaskState[] => {
    const [id = '', words = '', elapsed = '', minutes = '', node = '', exit = '', name = '', ...reason] =
      line.split('|');
    const [, job, index] = /^(\d+)_(\d+)$/.exec(id) ?? [];
    // `CANCELLED by 1000`
    const [state] = /^[A-Z_]+/.exec(words) ?? [];
    if (job === undefined || index === undefined || state === undefined) return [];
    const limit = /^\d+$/.test(minutes) ? 60 * Number(minutes) : undefined;
    return [
      {
        job,
        index: Number(index),
        name,
        state: {
          state,
          ...present('reason', reason.join('|')),
          ...present('node', node),
          ...seconds('elapsed', /^\d+$/.test(elapsed) ? Number(elapsed) : undefined),
          ...seconds('limit', limit),
          ...(exit !== '' && exit !== '0:0' && { exit }),
        },
      },
    ];
  });
}

/** `1:0` of `scontrol show job --oneliner`, by array job and number: squeue writes exit codes in several ways. */
export function readExitCodes(text: string): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, job] = /\bArrayJobId=(\d+)/.exec(line) ?? [];
    const [, index] = /\bArrayTaskId=(\d+)\b/.exec(line) ?? [];
    const [, exit] = /\bExitCode=(\d+:\d+)/.exec(line) ?? [];
    if (job !== undefined && index !== undefined && exit !== undefined && exit !== '0:0')
      codes.set(`${job}_${index}`, exit);
  }
  return codes;
}

/** Words of Slurm for nothing. */
const nothing = new Set(['', 'None', 'N/A', '(null)', 'None assigned']);

function present(name: 'reason' | 'node', value: string): Partial<Pick<SlurmState, 'reason' | 'node'>> {
  return nothing.has(value.trim()) ? {} : { [name]: value.trim() };
}

function seconds(name: 'elapsed' | 'limit', value: number | undefined): Partial<Pick<SlurmState, 'elapsed' | 'limit'>> {
  return value === undefined ? {} : { [name]: value };
}

/** Seconds of `1-02:03:04`, `02:03:04` or `03:04`; undefined of `UNLIMITED` and other words. */
export function secondsOf(text: string): number | undefined {
  const [, days = '0', rest] = /^(?:(\d+)-)?(\d+(?::\d+){1,2})$/.exec(text.trim()) ?? [];
  return rest === undefined
    ? undefined
    : 86_400 * Number(days) + rest.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);
}
