import type { Command } from 'commander';
import { Option } from 'commander';
import { writeAtomically } from '../../files/atomicFile';
import { exportFormats, type ExportFormat } from '../../use/export/exportFormats';
import { exportRun } from '../../use/export/exportRun';
import { cardOf } from '../../use/export/writeCard';
import { formatExport } from '../export';
import { runsOption, type Common } from '../options';
import { formatImportedPrompt, importPrompt, isPromptFile } from '../importPromptFile';
import { formatImported, formatShared, importShared } from '../share';
import { shareRun, type ShareRequest } from '../../use/share/shareRun';
import { command, print, withoutLineEnd } from './terminal';

/** `export`: a trained prompt for use elsewhere. */
export function addExport(program: Command): void {
  command(
    program,
    'export',
    "write a run's prompt for use elsewhere: as a PEFT adapter, in an ONNX model, as text, for vLLM, TensorRT-LLM, …",
  )
    .argument('<run>')
    .addOption(new Option('--format <format>', 'what is written').choices(exportFormats).makeOptionMandatory())
    .requiredOption('--to <dir>', 'folder to write, new or empty')
    .addOption(runsOption())
    .action(async (run: string, options: Common & { format: ExportFormat; to: string }) => {
      const exported = await exportRun({ ...options, run });
      print(options, exported, formatExport(exported));
    });
}

/** `card`: what a person must know of a run, as the hub shows it. */
export function addCard(program: Command): void {
  command(program, 'card', 'write the model card of a run: results with intervals, training, data by hash, licence')
    .argument('<run>')
    .option('--to <file>', 'file to write; printed without it')
    .addOption(runsOption())
    .action(async (run: string, options: Common & { to?: string }) => {
      const card = await cardOf({ ...options, run });
      if (options.to === undefined) print(options, { card }, withoutLineEnd(card));
      else {
        await writeAtomically(options.to, card);
        print(options, { file: options.to }, `Card: ${options.to}`);
      }
    });
}

/** `share`: a run in one file, for another machine. */
export function addShare(program: Command): void {
  command(program, 'share', 'write a run into one file for another machine, with nothing private in it')
    .argument('<run>')
    .option('--to <file>', 'file to write; RUN.zip in this folder without it')
    .option('--with-predictions', 'put in the rows that were answered, and their answers')
    .option('--force', 'replace the file')
    .addOption(runsOption())
    .action(async (run: string, options: Common & Omit<ShareRequest, 'run'>) => {
      const shared = await shareRun({ ...options, run });
      print(options, shared, formatShared(shared));
    });
}

/** `import`: a run that was shared. */
export function addImport(program: Command): void {
  command(program, 'import', 'put a shared run among the runs here, or make a template of a prompt file of VS Code')
    .argument('<file>', 'what "prompt-tuner share" has written; or NAME.prompt.md')
    .option('--model <model>', 'the model, where it is not found by its name')
    .option('--data <path>', 'a data file, or a folder that holds them (repeatable)', addPath, [])
    .addOption(runsOption())
    .action(async (file: string, options: Common & { model?: string; data: readonly string[] }) => {
      if (isPromptFile(file)) {
        const made = await importPrompt(file);
        return print(options, made, formatImportedPrompt(made));
      }
      const imported = await importShared({ ...options, file });
      print(options, imported, formatImported(imported));
    });
}

const addPath = (path: string, earlier: readonly string[]): readonly string[] => [...earlier, path];
