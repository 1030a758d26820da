import type { Command } from 'commander';
import { scanRuns } from '../../runs/store/scanRuns';
import { runsOption, type Common } from '../options';
import { formatRun, formatRunList, removeRun, runListJson, showRun } from '../runs';
import { command, print } from './terminal';

/** `runs`: those on the disk, one in full, one less. */
export function addRuns(program: Command): void {
  const runs = program.command('runs').description('runs on the disk').exitOverride();
  command(runs, 'list', 'every run, newest first')
    .addOption(runsOption())
    .action(async (options: Common) => {
      const list = await scanRuns(options.runs);
      print(options, runListJson(list), formatRunList(list));
    });
  command(runs, 'show', 'one run in full')
    .argument('<run>')
    .addOption(runsOption())
    .action(async (run: string, options: Common) => {
      const details = await showRun(options.runs, run);
      print(options, details, formatRun(details));
    });
  command(runs, 'delete', 'delete a run and all it holds')
    .argument('<run>')
    .addOption(runsOption())
    .action(async (run: string, options: Common) => {
      const deleted = await removeRun(options.runs, run);
      print(options, { deleted }, `Deleted ${deleted}.`);
    });
}
