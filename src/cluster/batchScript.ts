import { promptTunerVersion } from '../runs/record/versions';
import type { SlurmOptions, Submission } from '../runs/slurm/submission';
import { shellQuoted } from './shellWords';

/** What a script of a study runs, and where. */
export type Planned = Pick<Submission, 'id' | 'folder' | 'node' | 'program' | 'options'>;

/**
 * A batch script. It becomes the program, so that Slurm's signals reach it; where the Node that planned the study is
 * not on the node, the one on the path is taken, and the task says so.
 * @param args of the program
 */
export function batchScript({ id, folder, node, program, options }: Planned, args: readonly string[]): string {
  const { prologue = [], cpus = defaultCpus } = options;
  return [
    '#!/bin/bash',
    `# Written by Prompt Tuner ${promptTunerVersion} for ${id}.`,
    ...prologue,
    `cd ${shellQuoted(folder)} || exit 1`,
    // In VS Code for the desktop the program's Node is the editor's own.
    'export ELECTRON_RUN_AS_NODE=1',
    `export PROMPT_TUNER_THREADS="\${SLURM_CPUS_PER_TASK:-${cpus}}"`,
    `node=${shellQuoted(node)}`,
    '[ -x "$node" ] || node=$(command -v node)',
    `program=${shellQuoted(program)}`,
    'if [ -z "$node" ] || [ ! -r "$program" ]; then',
    '  echo "Node (${node:-none}) or the program ($program) cannot be found on $(hostname)." >&2',
    '  exit 127',
    'fi',
    ['exec "$node" "$program"', ...args.map(shellQuoted)].join(' '),
    '',
  ].join('\n');
}

/** Cores, and threads, of a run for which none are asked. */
export const defaultCpus = 4;

/** Seconds before the time limit at which a task is told to keep a checkpoint. */
const warningSeconds = 60;
/** Megabytes of the job that writes the comparison, which opens no model. */
const reportMegabytes = 2048;

/** Options of sbatch for a job array. @param log where Slurm writes what the tasks print */
export function arrayArguments(
  options: SlurmOptions,
  {
    count,
    log,
    name,
    after,
    isHeld,
  }: {
    readonly count: number;
    readonly log: string;
    readonly name: string;
    /** The array that must have ended before. */
    readonly after?: string;
    readonly isHeld: boolean;
  },
): readonly string[] {
  const { cpus = defaultCpus, mem, gres, arrayLimit } = options;
  return [
    '--parsable',
    `--job-name=${name}`,
    `--array=0-${count - 1}${arrayLimit === undefined ? '' : `%${arrayLimit}`}`,
    '--requeue',
    `--signal=B:TERM@${warningSeconds}`,
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    ...optionOf('mem', mem),
    ...optionOf('gres', gres),
    ...placeArguments(options),
    ...optionOf('dependency', after && `afterany:${after}`),
    ...(isHeld ? ['--hold'] : []),
    '--open-mode=append',
    `--output=${log}`,
    ...(options.sbatch ?? []),
  ];
}

/** Options of sbatch for the job that follows all arrays of a study, however they end. */
export function reportArguments(
  options: SlurmOptions,
  { log, name, after }: { readonly log: string; readonly name: string; readonly after: readonly string[] },
): readonly string[] {
  return [
    '--parsable',
    `--job-name=${name}`,
    `--dependency=afterany:${after.join(':')}`,
    '--requeue',
    '--ntasks=1',
    '--cpus-per-task=1',
    `--mem=${reportMegabytes}`,
    ...placeArguments(options),
    '--open-mode=append',
    `--output=${log}`,
    ...(options.sbatch ?? []),
  ];
}

function placeArguments({ partition, account, time }: SlurmOptions): readonly string[] {
  return [...optionOf('partition', partition), ...optionOf('account', account), ...optionOf('time', time)];
}

const optionOf = (name: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`--${name}=${value}`];
