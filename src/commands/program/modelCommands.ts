import type { Command } from 'commander';
import { listModels } from '../../model/open/listModels';
import { modelsOfTemplates, templatesBelow } from '../../workspace/templateModels';
import { addBar, addLines } from '../display/addDisplay';
import {
  addModel,
  barredStores,
  describeModel,
  formatAdded,
  formatInspection,
  formatModels,
  formatVariants,
  listVariants,
  withMethods,
} from '../models';
import { providerOption, type Common } from '../options';
import { command, interruption, print, stopDownload } from './terminal';

/** `models`: those at hand, one more, one in full. */
export function addModels(program: Command): void {
  const models = program.command('models').description('models at hand').exitOverride();
  command(
    models,
    'list',
    "the embedded model, those in the hub's cache, those that Ollama, LM Studio and llama.cpp keep, " +
      'those that were added, and those that templates below this folder name',
  ).action(async (options: Common) => {
    const list = await withMethods(await listModels(await modelsOfTemplates(await templatesBelow(process.cwd()))));
    print(options, list, formatModels(list, await barredStores()));
  });
  command(models, 'add', 'download a model of the hub, or note a folder')
    .argument(
      '<model>',
      'a hub id such as HuggingFaceTB/SmolLM2-135M-Instruct, with @revision if need be, a folder, or a file',
    )
    .option('--variant <name>', 'which of its files: fp32, fp16, q8, q4 …; the best for training where none is named')
    .option('--list', 'only list the variants of a model of the hub')
    .action(async (model: string, options: Common & { variant?: string; list?: boolean }) => {
      if (options.list) {
        const variants = await listVariants(model);
        return print(options, variants, formatVariants(variants));
      }
      const show = options.json
        ? (event: object) => {
            process.stdout.write(`${JSON.stringify(event)}\n`);
          }
        : undefined;
      const display = process.stderr.isTTY
        ? addBar(process.stderr)
        : addLines((line) => process.stderr.write(`${line}\n`));
      process.on('SIGINT', stopDownload);
      try {
        const added = await addModel(model, {
          variant: options.variant,
          signal: interruption.signal,
          onEvent: show ?? display.show,
        });
        display.end();
        print(options, added, formatAdded(added), { oneLine: true });
      } finally {
        display.end();
        process.off('SIGINT', stopDownload);
      }
    });
  command(models, 'inspect', 'what a model is, what can be trained through it, and how fast')
    .argument('[model]', 'builtin, a hub id, or a folder', 'builtin')
    .option('--measure', 'time a forward pass and a training step')
    .addOption(providerOption())
    .action(async (model: string, options: Common & { measure?: boolean }) => {
      const inspection = await describeModel(model, options.measure);
      print(options, inspection, formatInspection(inspection));
    });
}
