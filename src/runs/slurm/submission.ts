import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isNumber, isText, listOf, object, optional, tableOf, type Infer } from '../../channel/guards';
import { readJson, writeJson } from '../../files/jsonFile';
import { Failure } from '../../failure';

/** What is asked of Slurm for each run of a study; what is left out, Slurm decides. */
export const isSlurmOptions = object({
  partition: optional(isText),
  account: optional(isText),
  /** As sbatch takes it: minutes, or `1-12:00:00`. */
  time: optional(isText),
  /** Cores for a run, and threads that it computes with. */
  cpus: optional(isNumber),
  /** As sbatch takes it: megabytes, or `16G`. */
  mem: optional(isText),
  gres: optional(isText),
  /** Runs at work at once. */
  arrayLimit: optional(isNumber),
  /** Further options of sbatch, which outrank all others. */
  sbatch: optional(listOf(isText)),
  /** Lines of shell that a task begins with. */
  prologue: optional(listOf(isText)),
  /** The program that the tasks run, where it is not the one that planned them. */
  program: optional(isText),
});
export type SlurmOptions = Infer<typeof isSlurmOptions>;

/** A job array; `first` is the number of its task 0 in the study. */
const isJobArray = object({ job: isText, first: isNumber, count: isNumber });
export type JobArray = Infer<typeof isJobArray>;

/** A study as it was handed to Slurm, in `.slurm/ID/submission.json` of the runs folder. */
const isSubmission = object({
  id: isText,
  created: isText,
  runs: isNumber,
  /** In the order of their first tasks; none until Slurm has taken the study. */
  arrays: listOf(isJobArray),
  options: isSlurmOptions,
  /** The folder that the study was planned in. */
  folder: isText,
  /** Node and the program that the tasks run. */
  node: isText,
  program: isText,
  versions: object({ promptTuner: isText, numbers: isNumber, node: isText }),
  /** SHA-256 of the model of each template, by the template's path. */
  models: tableOf(isText),
  /** The job that writes the comparison, and where to. */
  report: optional(object({ job: isText, to: isText })),
});
export type Submission = Infer<typeof isSubmission>;

/** Where a runs folder keeps what was handed to Slurm: beside the runs, and none of them. */
export function submissionsFolder(runsFolder: string): string {
  return join(resolve(runsFolder), '.slurm');
}

export function submissionFolder(runsFolder: string, id: string): string {
  return join(submissionsFolder(runsFolder), id);
}

export function readSubmission(folder: string): Promise<Submission | undefined> {
  return readJson(submissionPath(folder), isSubmission);
}

/** @throws Failure "slurm-submission" where there is none that can be read */
export function requireSubmission(folder: string): Promise<Submission> {
  const unreadable = () =>
    new Failure(
      'slurm-submission',
      l10n.t`What was handed to Slurm as ${basename(folder)} cannot be read.`,
      { file: submissionPath(folder) },
      l10n.t`Resume its runs, or delete them.`,
    );
  return readJson(submissionPath(folder), isSubmission, { missing: unreadable, damaged: unreadable });
}

export function writeSubmission(folder: string, submission: Submission): Promise<void> {
  return writeJson(submissionPath(folder), submission);
}

/** The runs of one job array, an id a line: a task reads no more than the list of its own array. */
export const taskListName = (first: number): string => `tasks-${first}.txt`;

/** The ids of the runs of a job array, by the numbers of its tasks. @throws the system's error */
export async function readTaskList(folder: string, first: number): Promise<readonly string[]> {
  return (await readFile(join(folder, taskListName(first)), 'utf8')).split('\n').filter(Boolean);
}

/** `123_4` of a task by its number in the study; undefined until Slurm has taken it. */
export function jobIdOf({ arrays }: Pick<Submission, 'arrays'>, task: number): string | undefined {
  const array = arrays.find(({ first, count }) => task >= first && task < first + count);
  return array && `${array.job}_${task - array.first}`;
}

/** What the job arrays of a submission are called, which no other job is. */
export const jobNameOf = ({ id }: Pick<Submission, 'id'>): string => `prompt-tuner-${id}`;

/** What Slurm writes of a task beside the run's own log. */
export function slurmLogPath(folder: string, jobId: string): string {
  return join(folder, `log-${jobId}.txt`);
}

export function submissionPath(folder: string): string {
  return join(folder, 'submission.json');
}
