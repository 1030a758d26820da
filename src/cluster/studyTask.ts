import * as l10n from '@vscode/l10n';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../failure';
import { readJson } from '../files/jsonFile';
import { readLock } from '../files/fileLock';
import { isObject } from '../channel/guards';
import { readRecord } from '../runs/record/recordFile';
import { changeIdleRun } from '../runs/record/changeRun';
import type { RunRecord } from '../runs/record/record';
import { numbersEdition, promptTunerVersion } from '../runs/record/versions';
import type { ClusterTask } from '../runs/store/runEvent';
import { appendLog } from '../runs/store/files/logFile';
import { isAbandoned } from '../runs/store/runStatus';
import { readSlurmTicket } from '../runs/slurm/slurmTicket';
import { readTaskList, requireSubmission, type Submission } from '../runs/slurm/submission';
import { errorOf } from '../runs/work/liveRun';
import { workOnRun } from '../runs/work/workOnRun';
import { defaultCpus } from './batchScript';
import { slurm } from './slurmCommand';

/** A task of a study, as Slurm has started it. */
export interface StudyTask {
  /** `.slurm/ID` of the runs folder. */
  readonly folder: string;
  /** Number of the array's first task in the study. */
  readonly first: number;
  /** Its number in the array, the array's, and how often it had been started before. */
  readonly index: number;
  readonly job: string;
  readonly restarts: number;
  readonly threads: number;
}

/** @throws Failure "slurm-submission" outside a task of a job array */
export function taskOf(folder: string, first: number, environment: NodeJS.ProcessEnv): StudyTask {
  const { SLURM_ARRAY_TASK_ID: index, SLURM_ARRAY_JOB_ID: job } = environment;
  if (index === undefined || job === undefined)
    throw new Failure(
      'slurm-submission',
      l10n.t`This is no task of a job array.`,
      { file: folder },
      l10n.t`Let Slurm start it.`,
    );
  return {
    folder,
    first,
    index: Number(index),
    job,
    restarts: Number(environment.SLURM_RESTART_COUNT ?? 0),
    threads: Number(environment.PROMPT_TUNER_THREADS ?? defaultCpus),
  };
}

/**
 * Works on the run of a task, from where the last stay of the run has left it. A task whose time is over keeps a
 * checkpoint and asks Slurm to start it again.
 * @param signal ends the stay; a run that was told to stop stays stopped
 * @throws Failure as whatever went wrong; the run says the same
 */
export async function workOnTask(
  task: StudyTask,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (line: string) => void },
): Promise<void> {
  const submission = await requireSubmission(task.folder);
  const [id, run] = await runOf(task, submission);
  const record = await readRecord(run).catch(() => undefined);
  const isOurs = (await readSlurmTicket(run))?.submission === submission.id;
  if (!record || !isOurs) return log(`The run ${id} is not here any more, or was handed over again: nothing to do.`);
  if (record.status === 'done' || record.status === 'stopped')
    return log(`The run ${id} is ${record.status}: nothing to do.`);
  log(`${id} as ${task.job}_${task.index}, start ${task.restarts + 1}.`);
  if (!(await awaitTurn(run, log, signal))) return startAgain(task, { run, isFurther: true, log });
  try {
    await requireProgram(submission, run);
  } catch (error) {
    await refuse(run, error);
    throw error;
  }
  const cluster: ClusterTask = {
    job: `${task.job}_${task.index}`,
    restarts: task.restarts,
    threads: task.threads,
    ...modelOf(submission, record),
  };
  const before = await reached(run);
  await workOnRun(run, {
    signal,
    task: cluster,
    onEvent: (event) => {
      if (event.kind === 'log' || event.kind === 'warning') log(event.line);
    },
  });
  if ((await readRecord(run)).status !== 'queued') return;
  await startAgain(task, { run, isFurther: (await reached(run)) !== before, log });
}

async function runOf({ folder, first, index }: StudyTask, { id }: Submission): Promise<readonly [string, string]> {
  const name = (await readTaskList(folder, first))[index];
  if (name === undefined)
    throw new Failure(
      'slurm-submission',
      l10n.t`${id} has no task ${index}.`,
      { file: folder },
      l10n.t`Resume its runs.`,
    );
  return [name, join(dirname(dirname(folder)), name)];
}

const modelOf = ({ models }: Submission, { template }: RunRecord): Pick<ClusterTask, 'model'> => {
  const model = models[template.path];
  return model === undefined ? {} : { model };
};

/** How often one looks whether a holder before has gone, in milliseconds. */
const turnMilliseconds = 1000;

/**
 * Waits until nobody works on the run any more: a stay that Slurm is ending may still write its checkpoint, and one on
 * a node that only the controller has lost may work on.
 * @returns whether it is free; false once the signal came before
 */
async function awaitTurn(run: string, log: (line: string) => void, signal: AbortSignal): Promise<boolean> {
  for (let isSaid = false; !signal.aborted; isSaid = true) {
    const lock = await readLock(run);
    if (!lock || lock.state === 'dead') return true;
    if (!isSaid) log(`Process ${lock.holder.pid} on ${lock.holder.host} still holds the run.`);
    if (lock.state === 'unknown' && (await isAbandoned(run, () => readRecord(run)))) return true;
    await setTimeout(turnMilliseconds);
  }
  return false;
}

/** Says what is not as planned: another version may compute other numbers, another Node has other libraries. */
async function requireProgram({ versions, program, node }: Submission, run: string): Promise<void> {
  if (versions.promptTuner !== promptTunerVersion || versions.numbers !== numbersEdition)
    throw new Failure(
      'slurm-program',
      l10n.t`The study was planned by Prompt Tuner ${versions.promptTuner}, and ${program} is now \
${promptTunerVersion}.`,
      { file: run },
      l10n.t`Put that version back or name it with --program, then resume the run.`,
    );
  if (versions.node !== process.version)
    await appendLog(run, `Node here is ${process.version}; the study was planned with ${versions.node} (${node}).`);
}

async function refuse(run: string, error: unknown): Promise<void> {
  if (!(error instanceof Failure)) return;
  await changeIdleRun(run, (record) => ({
    ...record,
    status: 'failed',
    finished: new Date().toISOString(),
    process: undefined,
    error: errorOf(error),
  }));
}

/** What a stay would lose if it did not end with more of it: the last checkpoint, and the rewritten text. */
async function reached(run: string): Promise<string> {
  const [index, record] = await Promise.all([
    readJson(join(run, 'checkpoint', 'index.json'), isObject),
    readRecord(run),
  ]);
  return JSON.stringify([index?.step, index?.sha256, index?.check, record.rewritten !== undefined, record.selection]);
}

interface Stay {
  readonly run: string;
  /** Whether its checkpoint is another one than at its beginning. */
  readonly isFurther: boolean;
  readonly log: (line: string) => void;
}

/**
 * What follows a stay that was ended before its run was done. Slurm starts a task again by itself that it has taken the
 * node from, and never one that was cancelled; of one at its time limit it must be asked.
 */
async function startAgain({ job, index }: StudyTask, { run, isFurther, log }: Stay): Promise<void> {
  const task = `${job}_${index}`;
  const state = (await insistently(() => slurm('squeue', ['--noheader', `--jobs=${task}`, '--format=%T']))).trim();
  if (state !== 'RUNNING') return log(`Stopped with a checkpoint; Slurm says ${state || 'nothing'} of ${task}.`);
  if ((await readSlurmTicket(run))?.paused) {
    log('Paused with a checkpoint.');
    await insistently(() => slurm('scontrol', ['requeuehold', task]));
    return;
  }
  if (!isFurther) {
    const failure = new Failure(
      'slurm-time',
      l10n.t`A whole stay on the cluster ended before the run came to a new checkpoint.`,
      { file: run },
      l10n.t`Resume it with a longer time limit (--time).`,
    );
    await refuse(run, failure);
    throw failure;
  }
  log('The time is over; the checkpoint is kept, and Slurm is asked to go on.');
  await insistently(() => slurm('scontrol', ['requeue', task]));
}

/** Within the time that is left to a task, a controller that was started again answers; milliseconds. */
const insistMilliseconds = 40_000;
const retryMilliseconds = 2000;

async function insistently(ask: () => Promise<string>): Promise<string> {
  const began = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof Failure && error.code === 'slurm-unreachable';
      if (!isAway || performance.now() - began > insistMilliseconds) throw error;
      await setTimeout(retryMilliseconds);
    }
  }
}
