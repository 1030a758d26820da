import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isFlag, isNumber, isText, object, optional, type Infer } from '../../channel/guards';
import { stateOfFiles } from '../../files/fileState';
import { readJson, writeJson } from '../../files/jsonFile';
import type { SlurmJob } from './slurmJob';
import { readSlurmStates, statesPath, statesWritten, type SlurmStates } from './slurmStates';
import { jobIdOf, readSubmission, slurmLogPath, submissionFolder, submissionPath, type Submission } from './submission';

/** Says that a run was handed to Slurm: `slurm.json` of its folder. */
const isSlurmTicket = object({
  submission: isText,
  /** Its number in the study. */
  task: isNumber,
  /** Whether a person has paused it, so that its task holds itself once it has stopped. */
  paused: optional(isFlag),
});
export type SlurmTicket = Infer<typeof isSlurmTicket>;

export const slurmTicketName = 'slurm.json';

export function readSlurmTicket(folder: string): Promise<SlurmTicket | undefined> {
  return readJson(ticketPath(folder), isSlurmTicket);
}

export function writeSlurmTicket(folder: string, ticket: SlurmTicket): Promise<void> {
  return writeJson(ticketPath(folder), ticket);
}

/** Takes a run back from Slurm, once it has ended there. */
export function removeSlurmTicket(folder: string): Promise<void> {
  return rm(ticketPath(folder), { force: true });
}

/** What is known of the task of a run, by what Slurm last said to anyone; nothing for a run that is not with Slurm. */
export async function slurmJobOf(folder: string): Promise<SlurmJob | undefined> {
  const ticket = await readSlurmTicket(folder);
  if (!ticket) return undefined;
  const { submission, states } = await lookAtSubmission(submissionFolder(dirname(folder), ticket.submission));
  const id = submission && jobIdOf(submission, ticket.task);
  const paused = ticket.paused && { paused: true };
  if (id === undefined) return { state: isBeingHandedOver(submission) ? 'UNSEEN' : 'UNSUBMITTED', ...paused };
  return { ...(states.tasks.get(ticket.task) ?? { state: 'UNSEEN' }), id, ...paused };
}

/** Longer than handing over a study of ten thousand runs takes, in milliseconds. */
const handOverMilliseconds = 600_000;

/** Whether whoever plans a study may still be about to hand it over: its runs come first, its jobs after them. */
function isBeingHandedOver(submission: Submission | undefined): boolean {
  return submission?.arrays.length === 0 && Date.now() - Date.parse(submission.created) < handOverMilliseconds;
}

/**
 * What Slurm and the program wrote of a run's task beside the run's own log; undefined where it never came to Slurm.
 * The file is there once the task has started.
 */
export async function slurmLogOf(folder: string): Promise<string | undefined> {
  const ticket = await readSlurmTicket(folder);
  if (!ticket) return undefined;
  const own = submissionFolder(dirname(folder), ticket.submission);
  const submission = await readSubmission(own);
  const job = submission && jobIdOf(submission, ticket.task);
  return job === undefined ? undefined : slurmLogPath(own, job);
}

interface SubmissionLook {
  readonly submission: Submission | undefined;
  readonly states: SlurmStates;
}

interface Known {
  readonly mark: string;
  readonly at: number;
  readonly written: number;
  readonly look: SubmissionLook;
}

/** So long a look at the files of a submission serves all runs of it: one look through a study asks once. */
const freshMilliseconds = 200;
const known = new Map<string, Promise<Known>>();
const mostKnown = 100;

async function lookAtSubmission(folder: string): Promise<SubmissionLook> {
  const last = known.get(folder);
  const current = look(folder, last);
  known.delete(folder);
  known.set(folder, current);
  current.catch(() => known.delete(folder));
  if (known.size > mostKnown) known.delete(known.keys().next().value!);
  return (await current).look;
}

async function look(folder: string, before: Promise<Known> | undefined): Promise<Known> {
  const last = await before?.catch(() => undefined);
  const written = statesWritten();
  // What Slurm has just taken must not look as if it never had.
  const isTaken = (last?.look.submission?.arrays.length ?? 0) > 0;
  if (isTaken && last?.written === written && performance.now() - last.at < freshMilliseconds) return last;
  const { mark, isSettled } = await stateOfFiles([submissionPath(folder), statesPath(folder)]);
  if (last?.mark === mark) return { ...last, at: performance.now(), written };
  const [submission, states] = await Promise.all([readSubmission(folder), readSlurmStates(folder)]);
  // What was written just now may be written once more without showing it.
  return { mark: isSettled ? mark : '', at: performance.now(), written, look: { submission, states } };
}

function ticketPath(folder: string): string {
  return join(folder, slurmTicketName);
}
