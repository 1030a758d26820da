import { both, isFlag, isNumber, isText, object, optional, type Infer } from '../../channel/guards';

/**
 * What Slurm last said of the task that works on a run. `state` is Slurm's own word, or `UNSEEN` while nobody has
 * asked, `UNSUBMITTED` where the run never came to Slurm, `UNKNOWN` where Slurm does not know the task any more.
 */
export const isSlurmState = object({
  state: isText,
  /** Why it waits or has ended, in Slurm's word; absent for none. */
  reason: optional(isText),
  node: optional(isText),
  /** Seconds that it has been at work, and may be. */
  elapsed: optional(isNumber),
  limit: optional(isNumber),
  /** `1:0` of a task that has ended: its exit code and the signal that ended it. */
  exit: optional(isText),
});
export type SlurmState = Infer<typeof isSlurmState>;

/** The task of a job array that a run was given to. */
export const isSlurmJob = both(
  isSlurmState,
  object({
    /** As Slurm's commands take it: `123_4`; absent where the run never came to Slurm. */
    id: optional(isText),
    /** Whether a person has paused the run. */
    paused: optional(isFlag),
  }),
);
export type SlurmJob = Infer<typeof isSlurmJob>;

const waiting = new Set(['PENDING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'RESV_DEL_HOLD', 'SPECIAL_EXIT']);
const working = new Set([
  'COMPLETING',
  'CONFIGURING',
  'RESIZING',
  'RUNNING',
  'SIGNALING',
  'STAGE_OUT',
  'STOPPED',
  'SUSPENDED',
]);

/** Where a task is: it waits, is at work, has ended, or nobody knows. */
export type SlurmStage = 'waiting' | 'working' | 'ended' | 'unknown';

export function stageOf({ state }: Pick<SlurmState, 'state'>): SlurmStage {
  if (waiting.has(state)) return 'waiting';
  if (working.has(state)) return 'working';
  return state === 'UNSEEN' || state === 'UNKNOWN' || state === 'UNSUBMITTED' ? 'unknown' : 'ended';
}

/** Whether Slurm keeps the task from starting because somebody has asked for it. */
export const isHeld = ({ state, reason, paused }: SlurmJob): boolean =>
  stageOf({ state }) === 'waiting' &&
  (paused === true || state === 'REQUEUE_HOLD' || /JobHeld|\bheld\b/.test(reason ?? ''));

/** `3-5,9` of `3, 4, 5, 9`. @param tasks ascending */
export function rangesOf(tasks: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const task of tasks) {
    const last = ranges.at(-1);
    if (last?.last === task - 1) last.last = task;
    else ranges.push({ first: task, last: task });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** The numbers of {@link rangesOf}; undefined where the text is none. */
export function tasksOf(ranges: string): readonly number[] | undefined {
  const tasks: number[] = [];
  for (const range of ranges.split(',')) {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range) ?? [];
    if (first === undefined || last === undefined) return undefined;
    for (let task = Number(first); task <= Number(last); task++) tasks.push(task);
  }
  return tasks;
}
