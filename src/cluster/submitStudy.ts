import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../failure';
import { counted } from '../words/formatNumbers';
import { writeAtomically } from '../files/atomicFile';
import { describeModel } from '../model/open/describeModel';
import { findModelFiles } from '../model/open/modelFiles';
import { newRun, type NewRun, type NewRunRequest } from '../runs/queue/queue';
import { compactTime } from '../runs/record/newRecord';
import { numbersEdition, promptTunerVersion } from '../runs/record/versions';
import { createRun } from '../runs/store/runFolder';
import { slurmTicketName, writeSlurmTicket, type SlurmTicket } from '../runs/slurm/slurmTicket';
import {
  jobNameOf,
  submissionFolder,
  taskListName,
  writeSubmission,
  type JobArray,
  type SlurmOptions,
  type Submission,
} from '../runs/slurm/submission';
import { arrayArguments, batchScript, reportArguments } from './batchScript';
import { slurm } from './slurmCommand';

/** Who works on the runs: the program that plans the study, or another one that was named. */
export interface Program {
  readonly node: string;
  readonly program: string;
  /** Folder that paths in the study are relative to. */
  readonly folder: string;
}

/** A study that Slurm has taken. */
export interface SubmittedStudy {
  readonly submission: Submission;
  /** Run folders, in the order of the tasks. */
  readonly folders: readonly string[];
}

interface StudyParts {
  readonly options: SlurmOptions;
  readonly program: Program;
  /** File of the comparison that follows, by the id of the submission; none is written where this is absent. */
  readonly report?: (id: string) => string;
}

/**
 * Makes the runs of a study, one folder each, and hands them to Slurm as job arrays, with a last job that writes their
 * comparison. All or nothing: of a study that Slurm refuses, no run is left.
 * @param requests of one runs folder
 * @throws Failure when a template or setting is wrong, or as {@link slurm}
 */
export async function submitStudy(requests: readonly NewRunRequest[], parts: StudyParts): Promise<SubmittedStudy> {
  const [first] = requests;
  if (!first) throw new Failure('nothing-to-train', l10n.t`No run is planned.`, {}, l10n.t`Name a method.`);
  const planned: NewRun[] = [];
  for (const [index, request] of requests.entries())
    planned.push(await newRun(withWholePaths(request, parts.program.folder), index));
  const models = await hashModels(planned);
  const submission = newSubmission(parts, planned.length, models);
  const folder = submissionFolder(first.runs, submission.id);
  const folders: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    await writeSubmission(folder, submission);
    for (const [task, { record, files }] of planned.entries()) {
      const ticket: SlurmTicket = { submission: submission.id, task };
      folders.push(await createRun(first.runs, record, { ...files, [slurmTicketName]: ticket }));
    }
    const ids = planned.map(({ record }) => record.id);
    return { submission: await handOver(folder, submission, { ids, report: parts.report?.(submission.id) }), folders };
  } catch (error) {
    await discard([...folders, folder]);
    throw error;
  }
}

/**
 * Hands a run over once more that has ended with Slurm before it was done; it goes on from its checkpoint.
 * @param folder of the run
 * @throws Failure as {@link slurm}; the run is then as it was
 */
export async function submitAgain(
  folder: string,
  { id, before }: { readonly id: string; readonly before: Submission },
): Promise<Submission> {
  const submission: Submission = {
    ...newSubmission({ options: before.options, program: before }, 1, before.models),
    versions: before.versions,
  };
  const own = submissionFolder(dirname(folder), submission.id);
  try {
    await mkdir(own, { recursive: true });
    await writeSubmission(own, submission);
    return await handOver(own, submission, {
      ids: [id],
      // The task may start before this process goes on, and must find that it is the run's.
      prepare: () => writeSlurmTicket(folder, { submission: submission.id, task: 0 }),
    });
  } catch (error) {
    await discard([own]);
    throw error;
  }
}

/**
 * Removes what was begun, also where a window that looks at its state writes into it at the moment. Why the work ended
 * is said in any case.
 */
async function discard(folders: readonly string[]): Promise<void> {
  const again = { maxRetries: 5, retryDelay: 20 };
  await Promise.allSettled(folders.map((folder) => rm(folder, { recursive: true, force: true, ...again })));
}

function newSubmission({ options, program }: StudyParts, runs: number, models: Submission['models']): Submission {
  const now = new Date();
  return {
    id: `${compactTime(now)}-${randomBytes(3).toString('hex')}`,
    created: now.toISOString(),
    runs,
    arrays: [],
    options,
    folder: resolve(program.folder),
    node: program.node,
    program: options.program === undefined ? program.program : resolve(program.folder, options.program),
    versions: { promptTuner: promptTunerVersion, numbers: numbersEdition, node: process.version },
    models,
  };
}

/** Another folder may be the present one where the task starts. */
function withWholePaths(request: NewRunRequest, folder: string): NewRunRequest {
  return {
    ...request,
    file: resolve(folder, request.file),
    ...(request.initFrom !== undefined && { initFrom: resolve(folder, request.initFrom) }),
  };
}

/** SHA-256 of the model of each template, by which tasks see that theirs is the same. */
async function hashModels(planned: readonly NewRun[]): Promise<Submission['models']> {
  const found = new Map<string, string>();
  for (const { record } of planned) {
    const { path } = record.template;
    if (found.has(path)) continue;
    const { sha256 } = await describeModel(await findModelFiles(record.model.id, dirname(path)));
    found.set(path, sha256);
  }
  return Object.fromEntries(found);
}

interface HandOver {
  readonly ids: readonly string[];
  readonly report?: string;
  /** Done once Slurm has taken the arrays, and before any task may start. */
  readonly prepare?: () => Promise<void>;
}

/** Every array is handed over before the first task may start: what the last one is refused for undoes all. */
async function handOver(
  folder: string,
  submission: Submission,
  { ids, report, prepare }: HandOver,
): Promise<Submission> {
  const { options } = submission;
  const size = await mostTasks();
  const starts = Array.from({ length: Math.ceil(ids.length / size) }, (_, index) => index * size);
  const isHeld = starts.length > 1 || prepare !== undefined;
  const arrays: JobArray[] = [];
  try {
    for (const first of starts) {
      const own = ids.slice(first, first + size);
      await writeAtomically(join(folder, taskListName(first)), `${own.join('\n')}\n`);
      const script = join(folder, `task-${first}.sh`);
      await writeAtomically(script, batchScript(submission, ['slurm-task', folder, String(first)]));
      const args = arrayArguments(options, {
        count: own.length,
        log: join(escapedPattern(folder), 'log-%A_%a.txt'),
        name: jobNameOf(submission),
        // A limit holds for one array; the next begins when the one before has ended.
        ...(options.arrayLimit !== undefined && { after: arrays.at(-1)?.job }),
        isHeld,
      });
      arrays.push({ job: await submit(args, script), first, count: own.length });
    }
    const reported = report === undefined ? undefined : await handOverReport(folder, submission, { arrays, report });
    const taken: Submission = { ...submission, arrays, ...(reported && { report: reported }) };
    await writeSubmission(folder, taken);
    await prepare?.();
    if (isHeld) await slurm('scontrol', ['release', arrays.map(({ job }) => job).join(',')]);
    return taken;
  } catch (error) {
    if (arrays.length > 0)
      await slurm(
        'scancel',
        arrays.map(({ job }) => job),
      ).catch(() => undefined);
    throw error;
  }
}

async function handOverReport(
  folder: string,
  submission: Submission,
  { arrays, report }: { readonly arrays: readonly JobArray[]; readonly report: string },
): Promise<NonNullable<Submission['report']>> {
  const to = resolve(submission.folder, report);
  const script = join(folder, 'report.sh');
  await writeAtomically(script, batchScript(submission, ['slurm-report', folder, to]));
  const args = reportArguments(submission.options, {
    log: join(escapedPattern(folder), 'log-report.txt'),
    name: `${jobNameOf(submission)}-report`,
    after: arrays.map(({ job }) => job),
  });
  return { job: await submit(args, script), to };
}

/** @returns the number of the job */
async function submit(args: readonly string[], script: string): Promise<string> {
  const answer = await slurm('sbatch', [...args, script]);
  // `123;cluster` where there are several.
  const [, job] = /^(\d+)(?:;\S+)?$/m.exec(answer.trim()) ?? [];
  if (job !== undefined) return job;
  throw new Failure(
    'slurm-refused',
    l10n.t`sbatch did not name the job: ${answer.trim()}.`,
    {},
    l10n.t`Look for it with squeue.`,
  );
}

/** A percent sign in a path is no pattern of Slurm's. */
const escapedPattern = (path: string): string => path.replaceAll('%', '%%');

/** Tasks that one array may have, where the cluster does not say (slurm.conf, MaxArraySize). */
const usualArraySize = 1001;

async function mostTasks(): Promise<number> {
  const text = await slurm('scontrol', ['show', 'config']);
  const [, size] = /^MaxArraySize\s*=\s*(\d+)/m.exec(text) ?? [];
  const most = Number(size ?? usualArraySize);
  if (most > 1) return most;
  throw new Failure(
    'slurm-refused',
    l10n.t`The cluster allows no job arrays of more than ${counted(most, 'task')}.`,
    {},
    l10n.t`Ask for a larger MaxArraySize.`,
  );
}
