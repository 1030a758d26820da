import type { Command } from 'commander';
import { Option } from 'commander';
import { comparisonTable, type TableFormat } from '../../comparison/exportTable';
import { chosenBaseline, findRuns, writeComparison } from '../../comparison/report/writeReport';
import type { Method } from '../../template/settings/settings';
import { compareAndReport } from '../compare';
import { addEndpointOptions, endpointsFor, type EndpointOptions } from '../endpointAccess';
import { formatComparison } from '../../comparison/text/formatComparison';
import {
  formatList,
  forms,
  methodList,
  outsideChecksOption,
  positiveNumber,
  providerOption,
  runsOption,
  setOption,
  type Common,
  type Form,
} from '../options';
import { addSlurmOptions, compareOnSlurm, wantsSlurm, type SlurmGiven } from './slurmCommands';
import { command, complain, exit, print, watched, withoutLineEnd } from './terminal';

/** `compare`: methods side by side, trained where need be. */
export function addCompare(program: Command): void {
  addEndpointOptions(addSlurmOptions(command(program, 'compare', 'train and measure methods side by side')))
    .argument('<file...>')
    .option('--methods <list>', 'methods, separated by commas', methodList, ['hard', 'soft'] as Method[])
    .addOption(providerOption())
    .addOption(outsideChecksOption())
    .option(
      '--formats <list>',
      'chat, text or both, separated by commas: forms of the prompt, side by side',
      formatList,
    )
    .option('--seeds <n>', 'trainings of each method, with seeds one after another', positiveNumber)
    .addOption(
      new Option('--jobs <n>', 'trainings at once, each in a process of its own, the cores shared among them')
        .argParser(positiveNumber)
        .conflicts('on'),
    )
    .option('--report <file>', 'write a report as one HTML file')
    .addOption(
      new Option('--format <format>', 'print the table for another program; chat or text: the same as --formats')
        .choices(['csv', 'json', 'markdown', ...forms])
        .conflicts('json'),
    )
    .addOption(setOption())
    .addOption(runsOption())
    .action(
      async (
        files: readonly string[],
        given: Common &
          SlurmGiven &
          EndpointOptions & {
            methods: readonly Method[];
            formats?: readonly Form[];
            seeds?: number;
            jobs?: number;
            report?: string;
            format?: TableFormat | Form;
          },
        self: Command,
      ) => {
        const form = forms.find((known) => known === given.format);
        if (form && given.formats) self.error('error: give either --format chat or text, or --formats');
        if (given.formats && given.set['tune.format'] !== undefined)
          self.error('error: give either --formats or --set tune.format');
        const options = {
          ...given,
          format: form ? undefined : (given.format as TableFormat | undefined),
          ...(form && { formats: [form] }),
        };
        if (wantsSlurm(given, self)) return compareOnSlurm(files, options);
        const measured = options.methods.includes('hard') ? files : [];
        const endpoints = await endpointsFor({ files: measured, set: options.set }, options);
        const { baseUrl, fresh } = options;
        const asking = { consent: endpoints.consent, ...(baseUrl && { baseUrl }), ...(fresh && { fresh }) };
        const { tasks, rows, report, failure, stopped } = await watched(options, files, (work) =>
          compareAndReport({ ...options, files, asking }, { ...work, endpoints }),
        );
        const text = options.format
          ? withoutLineEnd(comparisonTable(tasks, options.format))
          : [formatComparison(tasks, { width: process.stdout.columns }), report && `Report: ${report}`]
              .filter(Boolean)
              .join('\n\n');
        print(options, { rows, ...(report && { report }) }, text);
        if (failure) complain(failure);
        if (stopped) process.exitCode = exit.interrupted;
      },
    );
}

/** `report`: a comparison of runs that exist. */
export function addReport(program: Command): void {
  command(program, 'report', 'compare runs that exist, as one HTML file or as a table')
    .argument('<run...>')
    .option('--to <file>', 'file to write; a table is printed without it')
    .addOption(
      new Option('--format <format>', 'what is written').choices(['html', 'csv', 'json', 'markdown']).default('html'),
    )
    .option('--baseline <run>', 'one of the runs, which the others are measured against; the hard prompt when left out')
    .option('--rows', 'with csv and json: every answer with all its scores and reasons, instead of every study')
    .addOption(runsOption())
    .action(
      async (
        references: readonly string[],
        options: Common & { to?: string; format: 'html' | TableFormat; baseline?: string; rows?: true },
        self: Command,
      ) => {
        if (options.format === 'html' && options.to === undefined)
          self.error('error: say where the report goes: --to FILE.html');
        if (options.rows && options.format !== 'csv' && options.format !== 'json')
          self.error('error: --rows needs --format csv or json');
        const folders = await findRuns(options.runs, references);
        const baseline =
          options.baseline === undefined
            ? {}
            : { baseline: await chosenBaseline(options.runs, options.baseline, folders) };
        const { text, file } = await writeComparison(folders, { ...options, ...baseline });
        print(
          options,
          file === undefined ? { text } : { file },
          file === undefined ? withoutLineEnd(text) : `Report: ${file}`,
        );
      },
    );
}
