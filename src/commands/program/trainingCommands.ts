import type { Command } from 'commander';
import { Option } from 'commander';
import { counted } from '../../words/formatNumbers';
import type { Split } from '../../runs/record/words/recordWords';
import { evaluateRun } from '../../runs/work/measuring/evaluateRun';
import { planStudy } from '../../runs/work/study/planStudy';
import { scoreFile } from '../../runs/work/measuring/scoreFile';
import { trainRun } from '../../runs/work/trainRun';
import { loadTemplate } from '../../template/read/loadTemplate';
import type { Method } from '../../template/settings/settings';
import { addEndpointOptions, endpointsFor, endpointsForTraining, type EndpointOptions } from '../endpointAccess';
import { formatOutcome, formatResult, trainResultJson } from '../../comparison/text/formatResult';
import {
  formOption,
  methodOption,
  outsideChecksOption,
  providerOption,
  runsOption,
  setOption,
  splitOption,
  subjectOf,
  withForm,
  type Common,
  type Formed,
} from '../options';
import { formatScore, scoreJson } from '../score';
import { addSlurmOptions, trainOnSlurm, wantsSlurm, type SlurmGiven } from './slurmCommands';
import { command, complain, exit, print, watched } from './terminal';

type TrainOptions = Formed & SlurmGiven & EndpointOptions & { method: Method; initFrom?: string; resume?: string };

/** `train`: one training, or those of a grid. */
export function addTrain(program: Command): void {
  addEndpointOptions(addSlurmOptions(command(program, 'train', 'train a prompt and measure it on the test split')))
    .argument('<file>')
    .addOption(methodOption('what is trained').makeOptionMandatory())
    .addOption(formOption().conflicts('resume'))
    .addOption(setOption())
    .addOption(runsOption())
    .addOption(providerOption())
    .addOption(outsideChecksOption())
    .option('--init-from <adapter>', 'start from the vectors of an adapter folder')
    .addOption(new Option('--resume <run>', 'go on with a run from its checkpoint').conflicts('on'))
    .action(async (file: string, given: TrainOptions, self: Command) => {
      const options = { ...given, set: withForm(given) };
      if (wantsSlurm(given, self)) return trainOnSlurm(file, options);
      const plan =
        options.resume === undefined && options.method !== 'hard'
          ? planStudy(await loadTemplate(file), [options.method], options.set)
          : undefined;
      // Without a list or seeds there is one training, with the settings as they were given.
      const trainings = plan?.study ? plan.runs.map((run) => ({ ...run, study: plan.study })) : [{ set: options.set }];
      const ids: string[] = [];
      const [asking] = trainings;
      const endpoints = await endpointsForTraining({ file, method: options.method, set: asking!.set }, given);
      for (const training of trainings) {
        const outcome = await watched(options, [file], (work) =>
          trainRun({ ...options, file, ...training }, { ...work, endpoints }),
        );
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
}

/** `evaluate`: the numbers of a prompt, a run or an adapter. */
export function addEvaluate(program: Command): void {
  addEndpointOptions(command(program, 'evaluate', 'measure a prompt, a run or an adapter'))
    .argument('<file>')
    .addOption(
      new Option('--method <method>', 'measure the text alone').choices(['hard']).conflicts(['run', 'adapter']),
    )
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
        given: Formed &
          EndpointOptions & {
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
        const measured = { files: subject.kind === 'hard' ? [file] : [], set: options.set, split: options.split };
        const endpoints = await endpointsFor(measured, options);
        const { result } = await watched(options, [file], (work) =>
          evaluateRun({ ...options, file, subject }, { ...work, endpoints }),
        );
        print(options, result, formatResult(result));
      },
    );
}

/** `score`: the numbers of answers from elsewhere. */
export function addScore(program: Command): void {
  command(program, 'score', 'measure answers that another program, model or person gave')
    .argument('<file>')
    .requiredOption(
      '--predictions <file>',
      'table or JSON file of answers, with a column "prediction"; rows are matched by the columns that the template ' +
        'reads, else by their order. As { file: …, separator: ";", encoding: … } where the file does not say it ' +
        'itself',
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
}
