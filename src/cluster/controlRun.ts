import * as l10n from '@vscode/l10n';
import { dirname } from 'node:path';
import { Failure } from '../failure';
import { readRun } from '../runs/store/runFolder';
import { pauseRun, resumeRun, stopRun, withdrawRun } from '../runs/queue/queue';
import { changeIdleRun } from '../runs/record/changeRun';
import { requestStop } from '../runs/queue/stopRequest';
import type { RunRecord } from '../runs/record/record';
import { isActive } from '../runs/store/runStatus';
import { stageOf, isHeld } from '../runs/slurm/slurmJob';
import { readSlurmTicket, writeSlurmTicket, type SlurmTicket } from '../runs/slurm/slurmTicket';
import { jobIdOf, requireSubmission, submissionFolder, type Submission } from '../runs/slurm/submission';
import { refreshStates } from './refreshStates';
import { slurm } from './slurmCommand';
import { submitAgain } from './submitStudy';

/** A run with Slurm: where it is now, by Slurm itself. */
interface RunWithSlurm {
  readonly folder: string;
  readonly record: RunRecord;
  readonly ticket: SlurmTicket;
  readonly submission: Submission;
  /** Its task; undefined where Slurm has none. */
  readonly job?: string;
}

/**
 * Stops a run wherever it is. One at work on a cluster is told so by a signal, keeps a checkpoint and ends its task;
 * one that waits there is taken out of the queue.
 */
export async function stopAnywhere(folder: string): Promise<void> {
  const run = await withSlurm(folder);
  if (!run) return stopRun(folder);
  if (!isActive(run.record)) return;
  if (isAtWork(run)) {
    await requestStop(folder);
    return signalTask(run);
  }
  if (run.job !== undefined) await slurm('scancel', [run.job]);
  await withdrawRun(folder).catch(async (error: unknown) => {
    // Its task has begun meanwhile.
    if (!(error instanceof Failure && error.code === 'run-busy')) throw error;
    await requestStop(folder);
  });
  await afterChange(folder);
}

/** Pauses a run: one at work keeps a checkpoint and is held, one that waits is held. */
export async function pauseAnywhere(folder: string): Promise<void> {
  const run = await withSlurm(folder);
  if (!run) return pauseRun(folder);
  if (!isActive(run.record)) return;
  await writeSlurmTicket(folder, { ...run.ticket, paused: true });
  if (isAtWork(run)) {
    await requestStop(folder, 'queued');
    return signalTask(run);
  }
  if (run.job !== undefined)
    await slurm('scontrol', ['hold', run.job]).catch(async (error: unknown) => {
      // Its task has begun meanwhile.
      if (!(error instanceof Failure && error.code === 'slurm-refused')) throw error;
      await requestStop(folder, 'queued');
      await signalTask(run);
    });
  await afterChange(folder);
}

/** Lets a run go on: a held one waits for its turn again, one that has ended with Slurm is handed over once more. */
export async function resumeAnywhere(folder: string): Promise<void> {
  const run = await withSlurm(folder);
  if (!run) return resumeRun(folder);
  const { record, ticket, submission, job } = run;
  if (record.status === 'done')
    throw new Failure(
      'run-done',
      l10n.t`The run ${record.id} is finished.`,
      { file: folder },
      l10n.t`Train a new run.`,
    );
  const { paused, ...unpaused } = ticket;
  if (isActive(record)) {
    if (paused) await writeSlurmTicket(folder, unpaused);
    if (job !== undefined && record.slurm && isHeld(record.slurm)) await release(job);
  } else {
    await queueAgain(run, () => submitAgain(folder, { id: record.id, before: submission }));
  }
  await afterChange(folder);
}

async function release(job: string): Promise<void> {
  await slurm('scontrol', ['release', job]);
  // A task that was started before would wait two minutes more; where that may not be changed, it does.
  await slurm('scontrol', ['update', `JobId=${job}`, 'StartTime=now']).catch(() => undefined);
}

/** The record waits before its task may start; a refusal of Slurm leaves it as it was. */
async function queueAgain({ folder, ticket }: RunWithSlurm, submit: () => Promise<unknown>): Promise<void> {
  let before: RunRecord | undefined;
  await changeIdleRun(folder, (record) => {
    before = record;
    return { ...record, status: 'queued', error: undefined, finished: undefined, process: undefined };
  });
  try {
    await submit();
  } catch (error) {
    await writeSlurmTicket(folder, ticket);
    await changeIdleRun(folder, (record) => ({ ...before!, generation: record.generation }));
    throw error;
  }
}

async function withSlurm(folder: string): Promise<RunWithSlurm | undefined> {
  const ticket = await readSlurmTicket(folder);
  if (!ticket) return undefined;
  const runsFolder = dirname(folder);
  await refreshStates(runsFolder);
  const submission = await requireSubmission(submissionFolder(runsFolder, ticket.submission));
  const job = jobIdOf(submission, ticket.task);
  return { folder, record: await readRun(folder), ticket, submission, ...(job !== undefined && { job }) };
}

/** Whether a task is at work on the run, or about to be: then the run itself must stop, not only its task. */
const isAtWork = ({ record }: RunWithSlurm): boolean =>
  record.slurm !== undefined && stageOf(record.slurm) === 'working';

/** The signal that ends a stay; with a request in the run's folder it ends the run. */
async function signalTask({ job, folder }: RunWithSlurm): Promise<void> {
  if (job !== undefined) await slurm('scancel', ['--batch', '--signal=TERM', job]);
  await afterChange(folder);
}

/** What was asked of Slurm shows at once, where Slurm answers. */
async function afterChange(folder: string): Promise<void> {
  await refreshStates(dirname(folder)).catch(() => undefined);
}
