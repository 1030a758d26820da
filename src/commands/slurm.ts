import * as l10n from '@vscode/l10n';
import { dirname, join, resolve } from 'node:path';
import { realpath } from 'node:fs/promises';
import { Failure } from '../failure';
import { estimateTraining } from '../inspection/estimate/estimateTraining';
import type { MeasureRequest } from '../inspection/trainerContract';
import { counted } from '../words/formatNumbers';
import { resumeAnywhere } from '../cluster/controlRun';
import { measureMemory } from '../cluster/measureMemory';
import { hasSubmissions, refreshStates } from '../cluster/refreshStates';
import { requireNoneElsewhere } from '../cluster/requireNoneElsewhere';
import { requireSlurm } from '../cluster/slurmCommand';
import { readProfile, withOptions } from '../cluster/slurmProfile';
import { submitStudy, type SubmittedStudy } from '../cluster/submitStudy';
import type { NewRunRequest } from '../runs/queue/queue';
import { readSlurmTicket } from '../runs/slurm/slurmTicket';
import type { SlurmOptions } from '../runs/slurm/submission';

/** A study that is to be worked off by Slurm. */
export interface SlurmStudy {
  readonly requests: readonly NewRunRequest[];
  /** The runs folder. */
  readonly runs: string;
  /** What outranks the profile. */
  readonly options: SlurmOptions;
  /** File of the comparison; one beside the runs where several were planned and this is absent. */
  readonly report?: string;
  /** Whether nothing is compared. */
  readonly isAlone?: boolean;
}

/**
 * Hands a study over to Slurm. Memory is asked for as it was measured here, where nobody has said how much.
 * @param say told what takes its time
 */
export async function onSlurm(
  { requests, runs, options: given, report, isAlone = false }: SlurmStudy,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<SubmittedStudy> {
  await requireNoneElsewhere(requests);
  await requireSlurm();
  const options = withOptions(await readProfile(runs), given);
  const asksMemory = options.mem !== undefined || options.sbatch?.some((word) => /^--mem/.test(word));
  if (!asksMemory) say('Measuring a training step, for the memory to ask for; --mem says it without.');
  const measure = (request: MeasureRequest) => estimateTraining(request, signal);
  const mem = asksMemory ? options.mem : `${await measureMemory(requests, measure)}M`;
  return submitStudy(requests, {
    options: { ...options, ...(mem !== undefined && { mem }) },
    program: { node: process.execPath, program: await realpath(process.argv[1]!), folder: process.cwd() },
    ...(!(isAlone && report === undefined) && {
      report: (id: string) => report ?? join(dirname(resolve(runs)), 'reports', `${id}.html`),
    }),
  });
}

/** What a script gets of a study that was handed over. */
export function submittedJson({ submission, folders }: SubmittedStudy): object {
  const { id, arrays, report, options } = submission;
  return {
    kind: 'slurm',
    submission: id,
    jobs: arrays.map(({ job, count }) => ({ job, tasks: count })),
    ...(report && { report }),
    options,
    runs: folders.map((folder) => folder.split(/[\\/]/).at(-1)),
  };
}

export function formatSubmitted({ submission, folders }: SubmittedStudy): string {
  const { arrays, report, options } = submission;
  const jobs = arrays.map(({ job }) => job).join(', ');
  const limit = options.arrayLimit === undefined ? '' : `, ${options.arrayLimit} at once`;
  return [
    `Slurm has ${counted(folders.length, 'run')} as job ${jobs}${limit}${options.mem ? `, ${options.mem} each` : ''}.`,
    report && `Job ${report.job} writes the comparison when all have ended: ${report.to}`,
    '"prompt-tuner runs list" shows how far they are.',
  ]
    .filter(Boolean)
    .join('\n');
}

/** Lets what is shown of the runs say what Slurm says now; where it does not answer, what it said last stands. */
export async function askSlurm(runs: string): Promise<void> {
  if (!(await hasSubmissions(runs))) return;
  await refreshStates(runs).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  });
}

/** @throws Failure "slurm-submission" for a run that is not with Slurm */
export async function resumeOnSlurm(folder: string): Promise<void> {
  if (await readSlurmTicket(folder)) return resumeAnywhere(folder);
  throw new Failure(
    'slurm-submission',
    l10n.t`The run was never handed to Slurm.`,
    { file: folder },
    l10n.t`Go on with it here: prompt-tuner train FILE --method METHOD --resume RUN.`,
  );
}
