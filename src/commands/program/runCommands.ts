import { Option, type Command } from 'commander';
import { basename } from 'node:path';
import { isStopped } from '../../classifyError';
import { findRuns } from '../../comparison/report/writeReport';
import { pauseAnywhere, stopAnywhere } from '../../cluster/controlRun';
import { scanRuns } from '../../runs/store/scanRuns';
import { measureFrontText } from '../../runs/work/measuring/measureFrontText';
import { useFrontText, writeFrontVariant } from '../../workspace/writeFrontText';
import { formatFrontText, frontTextJson, numberedText, type NumberedText } from '../frontText';
import { providerOption, runsOption, wholeNumber, type Common } from '../options';
import { rowsDisplay } from '../display/rowsDisplay';
import { formatRun, formatRunList, removeRun, runListJson, showRun } from '../../comparison/text/formatRun';
import { askSlurm, resumeOnSlurm } from '../slurm';
import { command, exit, interruption, print, stopped } from './terminal';

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
  addText(runs);
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

type TextOptions = Common & {
  readonly measure?: boolean;
  readonly use?: boolean;
  readonly variant?: boolean;
  readonly force?: boolean;
};

/** `runs text`: one of the texts that a search has kept, by its number. */
function addText(runs: Command): void {
  command(runs, 'text', 'a text that the search of a run has kept: shown, measured on test, written into the template')
    .argument('<run>')
    .argument('<number>', 'its number, as "runs show" has it', wholeNumber)
    .option('--measure', 'measure it on test, and keep that with the run')
    .addOption(new Option('--use', 'write it into the template that the run was made from').conflicts('variant'))
    .option('--force', 'with --use: replace another instruction than the one that the run began with')
    .option('--variant', 'write a variant of the template with it')
    .addOption(runsOption())
    .addOption(providerOption())
    .action(async (run: string, number: number, options: TextOptions) => {
      const asked = await numberedText(options.runs, run, number);
      if (options.measure && !(await measured(asked, options))) return;
      const now = options.measure ? await numberedText(options.runs, run, number) : asked;
      const written = await writtenTo(now, options);
      print(options, { ...frontTextJson(now), ...written }, [formatFrontText(now), ...linesOf(written)].join('\n'));
    });
}

/** @returns whether it was measured, not stopped before */
async function measured({ folder, text: { text } }: NumberedText, options: Common): Promise<boolean> {
  const display = rowsDisplay(options, process.stderr);
  const stop = () => (interruption.signal.aborted ? process.exit(exit.interrupted) : interruption.abort());
  process.on('SIGINT', stop);
  try {
    await measureFrontText(folder, text, { signal: interruption.signal, onProgress: display.show });
    return true;
  } catch (error) {
    if (!isStopped(error, interruption.signal)) throw error;
    display.end();
    stopped('the run is as it was');
    process.exitCode = exit.interrupted;
    return false;
  } finally {
    display.end();
    process.off('SIGINT', stop);
  }
}

interface Written {
  /** The file that has the text now. */
  readonly template?: string;
  /** Whether it was changed; it may have had the text already. */
  readonly changed?: boolean;
}

async function writtenTo({ record, text: { text } }: NumberedText, options: TextOptions): Promise<Written> {
  if (options.variant) return { template: await writeFrontVariant(record, text), changed: true };
  if (!options.use) return {};
  return { template: record.template.path, changed: await useFrontText(record, text, options.force === true) };
}

function linesOf({ template, changed }: Written): readonly string[] {
  if (template === undefined) return [];
  return ['', changed ? `${template} has this text now.` : `${template} had this text already.`];
}
