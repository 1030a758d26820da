import { counted } from './formatNumbers';
import { Command, CommanderError, Option } from 'commander';
import { describeFailure, Failure } from './failure';
import { confineReading } from './fileAccess';
import { checkFiles, formatFindings, warningsOf } from './commands/check';
import { compareAndReport } from './commands/compare';
import { exportRun, formatExport, type ExportFormat } from './commands/export';
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
} from './commands/models';
import { listModels } from './model/open/listModels';
import { chooseProvider, describeFallback } from './onnx/runtime/provider';
import { addBar, addLines } from './commands/addDisplay';
import { formatRendering, renderFile } from './commands/render';
import { formatRun, formatRunList, removeRun, runListJson, showRun } from './commands/runs';
import { evaluateRun } from './runs/work/evaluateRun';
import { comparisonTable, type TableFormat } from './comparison/exportTable';
import { chosenBaseline, findRuns, writeComparison } from './comparison/report/writeReport';
import { formatComparison } from './commands/formatComparison';
import { formatOutcome, formatResult, trainEventJson, trainResultJson } from './commands/formatResult';
import {
  formOption,
  formatList,
  forms,
  methodList,
  methodOption,
  outsideChecksOption,
  positiveNumber,
  providerOption,
  runsOption,
  setOption,
  splitOption,
  subjectOf,
  wholeNumber,
  withForm,
  type Common,
  type Form,
  type Formed,
} from './commands/options';
import { barDisplay, lineDisplay, type ProgressDisplay } from './commands/progressDisplay';
import type { Split } from './runs/record/recordWords';
import type { RunEvent, RunOptions } from './runs/store/runEvent';
import { followTemplates } from './runs/store/followTemplates';
import { scanRuns } from './runs/store/scanRuns';
import { planStudy } from './runs/work/planStudy';
import { modelsOfTemplates, templatesBelow } from './workspace/templateModels';
import { formatScore, scoreJson } from './commands/score';
import { scoreFile } from './runs/work/scoreFile';
import { trainRun } from './runs/work/trainRun';
import { asFailure, isRunFailure, isStopped, traceOf } from './classifyError';
import { promptTunerVersion } from './runs/record/versions';
import type { Method } from './template/settings/settings';
import { loadTemplate } from './template/read/loadTemplate';

/** What the process says to whoever called it. */
const exit = { done: 0, inputWrong: 1, callWrong: 2, runFailed: 3, interrupted: 130 } as const;

const interruption = new AbortController();

const program = new Command('prompt-tuner')
  .description('Write prompt templates, train soft prompts and P-Tuning for a local model, and compare the results.')
  .version(promptTunerVersion)
  .exitOverride()
  .showHelpAfterError('("prompt-tuner --help" names the commands and their options)')
  .configureHelp({ showGlobalOptions: true })
  .hook('preAction', async (_, called) => {
    const { provider, runs, outsideChecks } = called.opts<{ provider?: string; runs?: string; outsideChecks?: true }>();
    if (provider) process.env.PROMPT_TUNER_PROVIDER = provider;
    if (outsideChecks) confineReading(undefined);
    // Runs that cannot be read are named by the command itself.
    if (runs !== undefined) await followTemplates(runs).catch(() => []);
  });

command('check', 'say what is wrong with templates')
  .argument('<file...>')
  .addOption(formOption())
  .action(async (files: readonly string[], options: Formed) => {
    const findings = await checkFiles(files, options.format);
    print(options, findings, formatFindings(findings));
    if (findings.some(({ severity }) => severity === 'error')) process.exitCode = exit.inputWrong;
  });

command('render', 'show the prompt of a row as text and as tokens')
  .argument('<file>')
  .option('--row <n>', 'row of the data, from 0; the preview calls the first one row 1', wholeNumber, 0)
  .addOption(splitOption())
  .addOption(methodOption('method whose virtual tokens are shown'))
  .addOption(formOption())
  .option('--model <model>', "model whose tokens are shown, instead of the template's own")
  .addOption(setOption())
  .action(async (file: string, options: Formed & { row: number; split?: Split; method?: Method; model?: string }) => {
    const rendering = await renderFile({ ...options, set: withForm(options), file });
    print(options, rendering, formatRendering(rendering));
  });

command('train', 'train a prompt and measure it on the test split')
  .argument('<file>')
  .addOption(methodOption('what is trained').makeOptionMandatory())
  .addOption(formOption().conflicts('resume'))
  .addOption(setOption())
  .addOption(runsOption())
  .addOption(providerOption())
  .addOption(outsideChecksOption())
  .option('--init-from <adapter>', 'start from the vectors of an adapter folder')
  .option('--resume <run>', 'go on with a run from its checkpoint')
  .action(async (file: string, given: Formed & { method: Method; initFrom?: string; resume?: string }) => {
    const options = { ...given, set: withForm(given) };
    const plan =
      options.resume === undefined && options.method !== 'hard'
        ? planStudy(await loadTemplate(file), [options.method], options.set)
        : undefined;
    // Without a list or seeds there is one training, with the settings as they were given.
    const trainings = plan?.study ? plan.runs.map((run) => ({ ...run, study: plan.study })) : [{ set: options.set }];
    const ids: string[] = [];
    for (const training of trainings) {
      const outcome = await watched(options, [file], (work) => trainRun({ ...options, file, ...training }, work));
      print(options, trainResultJson(outcome), formatOutcome(outcome), { oneLine: true });
      if (outcome.failure) complain(outcome.failure);
      ids.push(outcome.record.id);
      if (outcome.record.status !== 'stopped') continue;
      process.exitCode = exit.interrupted;
      break;
    }
    if (plan?.study)
      print(
        options,
        { kind: 'study', ...plan.study, runs: ids },
        `${ids.length} of ${counted(trainings.length, 'training')} of the study over ` +
          `${plan.study.varied.join(', ')}: ${plan.study.id}`,
        { oneLine: true },
      );
  });

command('evaluate', 'measure a prompt, a run or an adapter')
  .argument('<file>')
  .addOption(new Option('--method <method>', 'measure the text alone').choices(['hard']).conflicts(['run', 'adapter']))
  .addOption(new Option('--run <run>', 'measure the prompt of a run').conflicts('adapter'))
  .addOption(providerOption())
  .addOption(outsideChecksOption())
  .option('--adapter <dir>', 'measure the vectors of an adapter folder')
  .option('--force', 'with --run: measure it on a template or model that is not that of its training')
  .addOption(formOption())
  .option('--text-only', 'with --run: measure the instruction that the run wrote, without what it learned')
  .addOption(splitOption())
  .addOption(setOption())
  .addOption(runsOption())
  .action(
    async (
      file: string,
      given: Formed & {
        method?: 'hard';
        run?: string;
        adapter?: string;
        textOnly?: boolean;
        force?: boolean;
        split?: Split;
      },
      self: Command,
    ) => {
      const options = { ...given, set: withForm(given) };
      if (options.textOnly && options.run === undefined) self.error('error: --text-only needs --run RUN');
      const subject =
        subjectOf(options) ?? self.error('error: say what to evaluate: --method hard, --run RUN or --adapter DIR');
      const { result } = await watched(options, [file], (work) => evaluateRun({ ...options, file, subject }, work));
      print(options, result, formatResult(result));
    },
  );

command('score', 'measure answers that another program, model or person gave')
  .argument('<file>')
  .requiredOption(
    '--predictions <file>',
    'table or JSON file of answers, with a column "prediction"; rows are matched by the columns that the template ' +
      'reads, else by their order. As { file: …, separator: ";", encoding: … } where the file does not say it itself',
  )
  .addOption(splitOption())
  .option('--name <name>', 'keep them as a row of comparisons, by this name, marked as not produced here')
  .addOption(setOption())
  .addOption(runsOption())
  .addOption(outsideChecksOption())
  .action(async (file: string, options: Common & { predictions: string; split?: Split; name?: string }) => {
    const outcome = await scoreFile({ ...options, file });
    print(options, scoreJson(outcome), formatScore(outcome));
  });

command('compare', 'train and measure methods side by side')
  .argument('<file...>')
  .option('--methods <list>', 'methods, separated by commas', methodList, ['hard', 'soft'] as Method[])
  .addOption(providerOption())
  .addOption(outsideChecksOption())
  .option('--formats <list>', 'chat, text or both, separated by commas: forms of the prompt, side by side', formatList)
  .option('--seeds <n>', 'trainings of each method, with seeds one after another', positiveNumber)
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
      given: Common & {
        methods: readonly Method[];
        formats?: readonly Form[];
        seeds?: number;
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
      const { tasks, rows, report, failure, stopped } = await watched(options, files, (work) =>
        compareAndReport({ ...options, files }, work),
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

command('report', 'compare runs that exist, as one HTML file or as a table')
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

command('export', "write a run's trained prompt for use elsewhere, as a PEFT adapter or inside an ONNX model")
  .argument('<run>')
  .addOption(new Option('--format <format>', 'what is written').choices(['peft', 'onnx']).makeOptionMandatory())
  .requiredOption('--to <dir>', 'folder to write, new or empty')
  .addOption(runsOption())
  .action(async (run: string, options: Common & { format: ExportFormat; to: string }) => {
    const exported = await exportRun({ ...options, run });
    print(options, exported, formatExport(exported));
  });

const models = program.command('models').description('models at hand').exitOverride();
command(
  'list',
  "the embedded model, those in the hub's cache, those that Ollama, LM Studio and llama.cpp keep, " +
    'those that were added, and those that templates below this folder name',
  models,
).action(async (options: Common) => {
  const list = await withMethods(await listModels(await modelsOfTemplates(await templatesBelow(process.cwd()))));
  print(options, list, formatModels(list, await barredStores()));
});
command('add', 'download a model of the hub, or note a folder', models)
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
command('inspect', 'what a model is, what can be trained through it, and how fast', models)
  .argument('[model]', 'builtin, a hub id, or a folder', 'builtin')
  .option('--measure', 'time a forward pass and a training step')
  .addOption(providerOption())
  .action(async (model: string, options: Common & { measure?: boolean }) => {
    const inspection = await describeModel(model, options.measure);
    print(options, inspection, formatInspection(inspection));
  });

const runs = program.command('runs').description('runs on the disk').exitOverride();
command('list', 'every run, newest first', runs)
  .addOption(runsOption())
  .action(async (options: Common) => {
    const list = await scanRuns(options.runs);
    print(options, runListJson(list), formatRunList(list));
  });
command('show', 'one run in full', runs)
  .argument('<run>')
  .addOption(runsOption())
  .action(async (run: string, options: Common) => {
    const details = await showRun(options.runs, run);
    print(options, details, formatRun(details));
  });
command('delete', 'delete a run and all it holds', runs)
  .argument('<run>')
  .addOption(runsOption())
  .action(async (run: string, options: Common) => {
    const deleted = await removeRun(options.runs, run);
    print(options, { deleted }, `Deleted ${deleted}.`);
  });

function command(name: string, description: string, parent: Command = program): Command {
  return parent.command(name).description(description).option('--json', 'print JSON').exitOverride();
}

/**
 * Lets runs work while their progress is shown: as JSON lines for a training asked for JSON, as a bar on a terminal, as
 * lines elsewhere.
 */
async function watched<T>(
  options: Common,
  files: readonly string[],
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const display = options.json
    ? jsonDisplay()
    : process.stderr.isTTY
      ? barDisplay(process.stderr)
      : lineDisplay((line) => process.stderr.write(`${line}\n`));
  const warnings = await warningsOf(files);
  if (warnings.length > 0) process.stderr.write(`${formatFindings(warnings)}\n`);
  const fallback = describeFallback(await chooseProvider());
  if (fallback) process.stderr.write(`${fallback}\n`);
  process.on('SIGINT', interrupt);
  try {
    return await work({ signal: interruption.signal, onEvent: display.show });
  } finally {
    display.end();
    process.off('SIGINT', interrupt);
  }
}

/** Only `train` speaks while it works; the other commands print one value. */
function jsonDisplay(): ProgressDisplay {
  const streaming = process.argv[2] === 'train';
  return {
    show(event: RunEvent) {
      const line = streaming ? trainEventJson(event) : undefined;
      if (line) process.stdout.write(`${JSON.stringify(line)}\n`);
      else if (event.kind === 'warning') process.stderr.write(`${event.line}\n`);
    },
    end: () => undefined,
  };
}

/** What is printed gets one again; of lines that end in CR LF the last one keeps its CR. */
const withoutLineEnd = (text: string): string => text.replace(/\n$/, '');

function print(options: Common, value: unknown, text: string, { oneLine = false } = {}): void {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, oneLine ? undefined : 2) : text}\n`);
}

/** One sentence, and the exit code that goes with it. */
function complain(failure: Failure): void {
  const { code, message, location } = failure;
  const remedy =
    failure.remedy ??
    (location.line === undefined ? undefined : 'Correct it there; "prompt-tuner check" lists all that is wrong.');
  process.stderr.write(`${describeFailure(new Failure(code, message, location, remedy))}\n`);
  process.exitCode = isRunFailure(failure) ? exit.runFailed : exit.inputWrong;
}

function stopDownload(): void {
  process.stderr.write('\nStopping; what was downloaded is kept.\n');
  interruption.abort();
}

function interrupt(): void {
  if (interruption.signal.aborted) process.exit(exit.interrupted);
  process.stderr.write('\nStopping; the checkpoint is kept. Press Ctrl-C again to end at once.\n');
  interruption.abort();
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
});

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exit.done : exit.callWrong;
  } else if (isStopped(error, interruption.signal)) {
    process.exitCode = exit.interrupted;
  } else {
    if (process.env.PROMPT_TUNER_DEBUG) process.stderr.write(`${traceOf(error)}\n`);
    complain(asFailure(error));
  }
});
