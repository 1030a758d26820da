import { InvalidArgumentError, Option, type Command } from 'commander';
import { shellWords } from '../../cluster/shellWords';
import { runsOfComparison } from '../../runs/queue/queue';
import type { SlurmOptions } from '../../runs/slurm/submission';
import { planStudy } from '../../runs/work/study/planStudy';
import { requireTrainable } from '../../runs/work/trainRun';
import { loadTemplate } from '../../template/read/loadTemplate';
import type { Format, Method } from '../../template/settings/settings';
import { positiveNumber, type Common } from '../options';
import { formatSubmitted, onSlurm, submittedJson, type SlurmStudy } from '../slurm';
import { print, interruption } from './terminal';

/** What the command line may say of Slurm. */
export interface SlurmGiven {
  readonly on?: 'slurm';
  readonly partition?: string;
  readonly account?: string;
  readonly time?: string;
  readonly cpus?: number;
  readonly mem?: string;
  readonly gres?: string;
  readonly arrayLimit?: number;
  readonly sbatch?: readonly string[];
  readonly program?: string;
}

const names = ['partition', 'account', 'time', 'cpus', 'mem', 'gres', 'arrayLimit', 'sbatch', 'program'] as const;

/** Options of the commands that make studies. */
export function addSlurmOptions(command: Command): Command {
  const collect = (written: string, earlier: readonly string[] = []) => {
    const words = shellWords(written);
    if (!words) throw new InvalidArgumentError('A quote is not closed.');
    return [...earlier, ...words];
  };
  return command
    .addOption(new Option('--on <where>', 'let a cluster do it: one job array, a task for each run').choices(['slurm']))
    .option('--partition <name>', 'with --on slurm: the partition')
    .option('--account <name>', 'with --on slurm: the account that is charged')
    .option('--time <time>', 'with --on slurm: time limit of one stay; a run that needs more goes on in the next')
    .option('--cpus <n>', 'with --on slurm: cores for each run, and threads', positiveNumber)
    .option('--mem <size>', 'with --on slurm: memory for each run; measured here when left out')
    .option('--gres <list>', 'with --on slurm: generic resources, such as gpu:1')
    .option('--array-limit <n>', 'with --on slurm: runs at work at once', positiveNumber)
    .addOption(
      new Option('--sbatch <options>', 'with --on slurm: further options of sbatch (repeatable)').argParser(collect),
    )
    .option('--program <path>', 'with --on slurm: the program that the tasks run, instead of this one');
}

/** Whether the study is for a cluster; what only a cluster reads is refused without one. */
export function wantsSlurm(given: SlurmGiven, self: Command): boolean {
  const useless = names.find((name) => given.on === undefined && given[name] !== undefined);
  if (useless !== undefined)
    self.error(`error: --${useless.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} needs --on slurm`);
  return given.on === 'slurm';
}

const optionsOf = (given: SlurmGiven): SlurmOptions =>
  Object.fromEntries(names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));

type TrainGiven = Common & SlurmGiven & { readonly method: Method; readonly initFrom?: string };

/** Hands the trainings that were asked for to Slurm. */
export async function trainOnSlurm(file: string, given: TrainGiven): Promise<void> {
  const { method, set, runs, initFrom } = given;
  requireTrainable(method);
  const plan = planStudy(await loadTemplate(file), [method as Exclude<Method, 'hard'>], set);
  const requests = plan.runs.map((run) => ({
    file,
    runs,
    ...run,
    ...(plan.study && { study: plan.study }),
    ...(initFrom !== undefined && { initFrom }),
  }));
  await handOver(given, { requests, runs, options: optionsOf(given), isAlone: requests.length === 1 });
}

type CompareGiven = Common &
  SlurmGiven & {
    readonly methods: readonly Method[];
    readonly formats?: readonly Format[];
    readonly seeds?: number;
    readonly report?: string;
  };

/** Hands the runs of a comparison to Slurm. */
export async function compareOnSlurm(files: readonly string[], given: CompareGiven): Promise<void> {
  const { methods, formats, seeds, set, runs, report } = given;
  const requests = (
    await Promise.all(files.map((file) => runsOfComparison({ file, methods, formats, seeds, set, runs })))
  ).flat();
  await handOver(given, { requests, runs, options: optionsOf(given), ...(report !== undefined && { report }) });
}

async function handOver(given: Common, study: SlurmStudy): Promise<void> {
  const taken = await onSlurm(study, (line) => process.stderr.write(`${line}\n`), interruption.signal);
  print(given, submittedJson(taken), formatSubmitted(taken), { oneLine: true });
}
