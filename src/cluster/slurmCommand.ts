import * as l10n from '@vscode/l10n';
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Failure } from '../failure';

/** The programs of Slurm that are called. */
export type SlurmCommand = 'sbatch' | 'squeue' | 'sacct' | 'scontrol' | 'scancel';

/** A controller that is busy may take so long; one that is down is given up after it. */
const longestMilliseconds = 120_000;
/** The answer on a hundred thousand tasks, and more. */
const mostBytes = 64 << 20;

/**
 * Runs a command of Slurm.
 * @returns what it printed
 * @throws Failure "slurm-missing", "slurm-unreachable", or "slurm-refused" with Slurm's own sentence
 */
export function slurm(command: SlurmCommand, args: readonly string[], timeout = longestMilliseconds): Promise<string> {
  return new Promise((fulfil, reject) => {
    execFile(
      command,
      args,
      { env: environmentOf(process.env), timeout, maxBuffer: mostBytes },
      (error, out, complaint) => {
        if (error) reject(failureOf(command, error, complaint));
        else fulfil(out);
      },
    );
  });
}

/** So long a window waits for the word of `sbatch`, which asks no controller for it. */
const answerMilliseconds = 5000;

/** Whether this machine can hand anything to Slurm: whether `sbatch` is on its path and knows its cluster. */
export async function slurmAnswers(): Promise<boolean> {
  if (!(await hasSlurm())) return false;
  return slurm('sbatch', ['--version'], answerMilliseconds).then(
    () => true,
    () => false,
  );
}

async function hasSlurm(): Promise<boolean> {
  const found = await Promise.all(
    (process.env.PATH ?? '').split(delimiter).map((folder) =>
      access(join(folder, 'sbatch'), constants.X_OK).then(
        () => folder !== '',
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** @throws Failure "slurm-missing" */
export async function requireSlurm(): Promise<void> {
  if (!(await hasSlurm())) throw missing('sbatch');
}

const missing = (command: SlurmCommand): Failure =>
  new Failure(
    'slurm-missing',
    l10n.t`There is no ${command} on this machine.`,
    {},
    l10n.t`Work on a login node of the cluster, or leave out --on slurm.`,
  );

/** What the words of a job that this process may itself be part of, or of a person's own listings, must not change. */
function environmentOf(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) => /^SLURM_(?:CONF|CLUSTERS|CLUSTER_NAME)$/.test(name) || !/^(?:SLURM|SQUEUE|SACCT|SCONTROL)_/.test(name),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

function failureOf(command: SlurmCommand, error: Error, complaint: string): Failure {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing(command);
  const sentence = sentenceOf(complaint) ?? l10n.t`${command} ended without a word`;
  // A question has nothing that could be changed, whatever is wrong with it.
  if (command === 'sacct' || isAway.test(complaint) || isTimeout(error))
    return new Failure(
      'slurm-unreachable',
      l10n.t`Slurm does not answer ${command}: ${sentence}.`,
      {},
      l10n.t`Try again once its controller is back; nothing was changed.`,
    );
  return new Failure(
    'slurm-refused',
    l10n.t`Slurm refuses it (${command}): ${sentence}.`,
    {},
    l10n.t`Change what is asked of it, such as --partition, --account, --time or --mem.`,
  );
}

/** A controller that is not there, or a machine that does not know which one it is. */
const isAway = /unable to contact slurm controller|socket timed out|connection refused|config(?:uration)? source/i;

const isTimeout = (error: Error): boolean => (error as { readonly killed?: boolean }).killed === true;

/** What Slurm complains of, in one sentence: `sbatch: error: …` lines without their beginnings. */
function sentenceOf(complaint: string): string | undefined {
  const lines = complaint
    .split('\n')
    .map((line) => line.replace(/^\w+: (?:error|fatal): /, '').trim())
    .filter(Boolean);
  return lines.length === 0 ? undefined : [...new Set(lines)].join('; ').replace(/\.$/, '');
}
