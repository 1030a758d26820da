import { dirname, join, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { measureMemory } from '../../cluster/measureMemory';
import { requireNoneElsewhere } from '../../cluster/requireNoneElsewhere';
import { slurmAnswers } from '../../cluster/slurmCommand';
import { readProfile, withOptions } from '../../cluster/slurmProfile';
import { shellWords } from '../../cluster/shellWords';
import { submitStudy } from '../../cluster/submitStudy';
import { Failure } from '../../failure';
import type { MeasureRequest } from '../../inspection/trainerContract';
import type { TrainingEstimate } from '../../inspection/estimate/trainingEstimate';
import type { NewRunRequest } from '../../runs/queue/queue';
import type { SlurmOptions } from '../../runs/slurm/submission';
import { trainerSettings } from '../process/trainerSettings';
import { runsFolderOf } from '../runs/templateChoice';
import type { SlurmChoice } from './contract';

/** What handing a study over needs of the rest of the extension. */
export interface SlurmParts {
  /** The command line program, which the tasks run. */
  readonly program: string;
  /** Takes a real step, in the inspector process. */
  measure(request: MeasureRequest): Promise<TrainingEstimate>;
}

/**
 * What is asked of Slurm for the runs of a folder where nobody asks otherwise; null where `sbatch` does not answer.
 * What is wrong with a profile is said when a study is handed over, not to someone who trains here.
 */
export async function slurmDefaults(runs: string): Promise<SlurmChoice | null> {
  if (!vscode.workspace.isTrusted || !(await slurmAnswers())) return null;
  const { partition = '', time = '', mem = '' } = await optionsOf(runs).catch((): SlurmOptions => ({}));
  return { partition, time, mem };
}

/**
 * Hands runs of one template to Slurm; memory is asked for as it is measured here, where nobody has said how much.
 * @param requests of one runs folder
 * @param chosen outranks the profile, which outranks the settings; what is empty is left to them
 * @returns the folders of the runs
 */
export async function submitRuns(
  requests: readonly NewRunRequest[],
  { file, chosen, parts }: { readonly file: string; readonly chosen: SlurmChoice; readonly parts: SlurmParts },
): Promise<readonly string[]> {
  await requireNoneElsewhere(requests);
  const runs = runsFolderOf(file);
  const said = Object.fromEntries(Object.entries(chosen).filter(([, text]) => text.trim() !== ''));
  const options = withOptions(await optionsOf(runs), said);
  const asksMemory = options.mem !== undefined || options.sbatch?.some((word) => /^--mem/.test(word));
  const mem = asksMemory ? options.mem : `${await measureMemory(requests, (request) => parts.measure(request))}M`;
  const { folders } = await submitStudy(requests, {
    options: { ...options, ...(mem !== undefined && { mem }) },
    program: {
      node: trainerSettings().nodePath || process.execPath,
      program: parts.program,
      folder: dirname(file),
    },
    ...(requests.length > 1 && { report: (id: string) => join(dirname(resolve(runs)), 'reports', `${id}.html`) }),
  });
  return folders;
}

const optionsOf = async (runs: string): Promise<SlurmOptions> =>
  withOptions(settingsOfSlurm(), await readProfile(runs));

/** The settings `promptTuner.slurm.*`; what is empty or 0 is left to Slurm. @throws Failure "slurm-options" */
function settingsOfSlurm(): SlurmOptions {
  const settings = vscode.workspace.getConfiguration('promptTuner.slurm');
  const text = (name: string) => settings.get(name, '').trim() || undefined;
  const number = (name: string) => settings.get(name, 0) || undefined;
  const sbatch = shellWords(settings.get('sbatch', ''));
  if (!sbatch)
    throw new Failure(
      'slurm-options',
      l10n.t`A quote in promptTuner.slurm.sbatch is not closed.`,
      {},
      l10n.t`Close it.`,
    );
  const prologue = settings.get<readonly string[]>('prologue', []);
  const options: SlurmOptions = {
    partition: text('partition'),
    account: text('account'),
    time: text('time'),
    cpus: number('cpus'),
    mem: text('mem'),
    gres: text('gres'),
    arrayLimit: number('arrayLimit'),
    ...(sbatch.length > 0 && { sbatch }),
    ...(prologue.length > 0 && { prologue }),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
