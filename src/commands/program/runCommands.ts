import type { Command } from 'commander';
import { basename } from 'node:path';
import { findRuns } from '../../comparison/report/writeReport';
import { pauseAnywhere, stopAnywhere } from '../../cluster/controlRun';
import { scanRuns } from '../../runs/store/scanRuns';
import { runsOption, type Common } from '../options';
import { formatRun, formatRunList, removeRun, runListJson, showRun } from '../../comparison/text/formatRun';
import { askSlurm, resumeOnSlurm } from '../slurm';
import { command, print } from './terminal';

/** What can be asked of runs wherever they are: here, or on a cluster. */
const changes = [
  {
    name: 'stop',
    description: 'stop runs where they are; one at work keeps a checkpoint',
    act: stopAnywhere,
    done: 'stopped',
    said: 'stops.',
  },
  {
    name: 'pause',
    description: 'pause runs; one at work keeps a checkpoint',
    act: pauseAnywhere,
    done: 'paused',
    said: 'pauses.',
  },
  {
    name: 'resume',
    description: 'let runs with Slurm go on: held ones wait again, others are handed over once more',
    act: resumeOnSlurm,
    done: 'resumed',
    said: 'goes on in its turn.',
  },
] as const;

/** `runs`: those on the disk, one in full, one less. */
export function addRuns(program: Command): void {
  const runs = program.command('runs').description('runs on the disk').exitOverride();
  command(runs, 'list', 'every run, newest first')
    .addOption(runsOption())
    .action(async (options: Common) => {
      await askSlurm(options.runs);
      const list = await scanRuns(options.runs);
      print(options, runListJson(list), formatRunList(list));
    });
  command(runs, 'show', 'one run in full')
    .argument('<run>')
    .addOption(runsOption())
    .action(async (run: string, options: Common) => {
      await askSlurm(options.runs);
      const details = await showRun(options.runs, run);
      print(options, details, formatRun(details));
    });
  for (const { name, description, act, done, said } of changes)
    command(runs, name, description)
      .argument('<run...>')
      .addOption(runsOption())
      .action(async (references: readonly string[], options: Common) => {
        const folders = await findRuns(options.runs, references);
        for (const folder of folders) await act(folder);
        const ids = folders.map((folder) => basename(folder));
        print(options, { [done]: ids }, ids.map((id) => `${id} ${said}`).join('\n'));
      });
  command(runs, 'delete', 'delete a run and all it holds')
    .argument('<run>')
    .addOption(runsOption())
    .action(async (run: string, options: Common) => {
      await askSlurm(options.runs);
      const deleted = await removeRun(options.runs, run);
      print(options, { deleted }, `Deleted ${deleted}.`);
    });
}
