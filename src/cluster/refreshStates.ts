import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure';
import { stageOf, type SlurmState } from '../runs/slurm/slurmJob';
import { readSlurmStates, writeSlurmStates, type SlurmStates } from '../runs/slurm/slurmStates';
import { jobNameOf, readSubmission, submissionsFolder, type Submission } from '../runs/slurm/submission';
import { readExitCodes, readSacct, readSqueue, sacctArguments, squeueArguments, type TaskState } from './jobLines';
import { slurm } from './slurmCommand';
import { isThere } from '../files/isThere';

/** A submission of which Slurm may still have something to say. */
interface OpenSubmission {
  readonly folder: string;
  readonly submission: Submission;
  readonly before: SlurmStates;
}

/**
 * Asks Slurm once for all tasks of a runs folder and notes what it says, for everyone who reads the runs. What Slurm
 * has forgotten keeps the last state that anybody noted.
 * @returns whether anything was asked
 * @throws Failure "slurm-unreachable", "slurm-missing"; what was noted before then stands
 */
export async function refreshStates(runsFolder: string): Promise<boolean> {
  const open = await openSubmissions(runsFolder);
  const jobs = open.flatMap(({ submission }) => submission.arrays.map(({ job }) => job));
  if (jobs.length === 0) return false;
  const listed = await askSqueue(jobs);
  const forgotten = open.flatMap((each) => forgottenJobs(each, ofSubmission(each, listed)));
  let unanswered: unknown;
  const accounts =
    forgotten.length === 0
      ? []
      : await askSacct([...new Set(forgotten)]).catch((error: unknown) => {
          unanswered = error;
          return undefined;
        });
  for (const each of open) await note(each, ofSubmission(each, listed), accounts && ofSubmission(each, accounts));
  if (unanswered !== undefined) throw unanswered;
  return true;
}

/**
 * The states that are of a submission's own jobs: Slurm begins to count anew at its highest number, and after it has
 * lost its state. Where a person gives the jobs a name, the number alone must do.
 */
function ofSubmission({ submission }: OpenSubmission, states: readonly TaskState[]): readonly TaskState[] {
  if (submission.options.sbatch?.some((word) => /^(?:--job-name|-J)/.test(word))) return states;
  const own = jobNameOf(submission);
  return states.filter(({ name }) => name === own);
}

/** Counts the looks at Slurm that anybody has taken, so that those who watch need not all look. */
export async function looksTaken(runsFolder: string): Promise<number> {
  const states = await Promise.all((await submissionFolders(runsFolder)).map(readSlurmStates));
  return states.reduce((sum, { look }) => sum + look, 0);
}

/** Whether anything of a runs folder was ever handed to Slurm. */
export function hasSubmissions(runsFolder: string): Promise<boolean> {
  return isThere(submissionsFolder(runsFolder));
}

async function submissionFolders(runsFolder: string): Promise<readonly string[]> {
  const folder = submissionsFolder(runsFolder);
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name));
}

async function openSubmissions(runsFolder: string): Promise<readonly OpenSubmission[]> {
  const found = await Promise.all(
    (await submissionFolders(runsFolder)).map(async (folder): Promise<readonly OpenSubmission[]> => {
      const before = await readSlurmStates(folder);
      if (before.isSettled) return [];
      const submission = await readSubmission(folder);
      return submission ? [{ folder, submission, before }] : [];
    }),
  );
  return found.flat();
}

async function askSqueue(jobs: readonly string[]): Promise<readonly TaskState[]> {
  try {
    const states = readSqueue(await slurm('squeue', squeueArguments(jobs)));
    const isUnexplained = states.some(({ state }) => state.state === 'FAILED' && state.exit === undefined);
    return isUnexplained ? withExitCodes(states, jobs) : states;
  } catch (error) {
    // A single job that Slurm has forgotten is an error; of several it leaves out those.
    if (isForgotten(error)) return [];
    throw error;
  }
}

const isForgotten = (error: unknown): boolean => error instanceof Error && /Invalid job id/i.test(error.message);

async function withExitCodes(states: readonly TaskState[], jobs: readonly string[]): Promise<readonly TaskState[]> {
  const failed = new Set(states.filter(({ state }) => state.state === 'FAILED').map(({ job }) => job));
  const texts = await Promise.all(
    jobs
      .filter((job) => failed.has(job))
      .map((job) => slurm('scontrol', ['--oneliner', 'show', 'job', job]).catch(() => '')),
  );
  const codes = readExitCodes(texts.join('\n'));
  return states.map((task) => {
    const exit = codes.get(`${task.job}_${task.index}`);
    return exit === undefined ? task : { ...task, state: { ...task.state, exit } };
  });
}

/** Clusters that keep no accounts answer with an error: then what was noted is all that is known. */
async function askSacct(jobs: readonly string[]): Promise<readonly TaskState[]> {
  try {
    return readSacct(await slurm('sacct', sacctArguments(jobs)));
  } catch (error) {
    if (hasNoSacct(error) || isWithoutAccounts(error)) return [];
    throw error;
  }
}

const hasNoSacct = (error: unknown): boolean => error instanceof Failure && error.code === 'slurm-missing';

const isWithoutAccounts = (error: unknown): boolean =>
  error instanceof Error && /accounting storage is (?:disabled|not enabled)/i.test(error.message);

/** Array jobs with a task that squeue does not list any more and whose end nobody has noted. */
function forgottenJobs({ submission, before }: OpenSubmission, listed: readonly TaskState[]): readonly string[] {
  const known = new Set(listed.map(keyOf));
  return submission.arrays
    .filter(({ job, first, count }) =>
      Array.from({ length: count }, (_, index) => index).some(
        (index) => !known.has(`${job}_${index}`) && !known.has(job) && !hasEnded(before.tasks.get(first + index)),
      ),
    )
    .map(({ job }) => job);
}

/** @param accounts undefined where they were asked for in vain, and are to be asked for again */
async function note(
  { folder, submission, before }: OpenSubmission,
  listed: readonly TaskState[],
  accounts: readonly TaskState[] | undefined,
): Promise<void> {
  const [inQueue, inAccounts] = [listed, accounts ?? []].map(
    (states) => new Map(states.map((task) => [keyOf(task), task])),
  );
  const tasks = new Map<number, SlurmState>();
  let isSettled = submission.arrays.length > 0 && accounts !== undefined;
  for (const { job, first, count } of submission.arrays)
    for (let index = 0; index < count; index++) {
      const key = `${job}_${index}`;
      const current = inQueue!.get(key)?.state ?? stateOfRest(before.tasks.get(first + index), inQueue!.get(job));
      // A task that Slurm still lists may be started again.
      if (current) isSettled = false;
      tasks.set(first + index, current ?? endOf(before.tasks.get(first + index), inAccounts!.get(key)?.state));
    }
  await writeSlurmStates(folder, { tasks, look: before.look + 1, isSettled });
}

/** What became of a task that waited when its array was ended as a whole, where Slurm still lists that. */
function stateOfRest(before: SlurmState | undefined, rest: TaskState | undefined): SlurmState | undefined {
  return before && hasEnded(before) ? undefined : rest?.state;
}

/** What a task that is no longer in the queue has become. */
function endOf(before: SlurmState | undefined, account: SlurmState | undefined): SlurmState {
  if (before && hasEnded(before)) return before;
  return account && hasEnded(account) ? account : { ...before, state: 'UNKNOWN' };
}

const hasEnded = (state: SlurmState | undefined): boolean => state !== undefined && stageOf(state) === 'ended';

const keyOf = ({ job, index }: TaskState): string => (index === undefined ? job : `${job}_${index}`);
