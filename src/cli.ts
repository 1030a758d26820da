import { Command, CommanderError } from 'commander';
import { confineReading } from './fileAccess';
import { followTemplates } from './runs/store/followTemplates';
import { asFailure, isStopped, traceOf } from './classifyError';
import { promptTunerVersion } from './runs/record/versions';
import { addCheck, addNew, addRender } from './commands/program/templateCommands';
import { addTrain, addEvaluate, addScore } from './commands/program/trainingCommands';
import { addCompare, addReport } from './commands/program/comparisonCommands';
import { addCard, addExport, addImport, addShare } from './commands/program/exportCommands';
import { addModels } from './commands/program/modelCommands';
import { addRuns } from './commands/program/runCommands';
import { addAsk, addPredict, addServe } from './commands/program/useCommands';
import { addSlurmTask } from './commands/program/slurmTaskCommands';
import { complain, exit, interruption } from './commands/program/terminal';

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

addNew(program);
addCheck(program);
addRender(program);
addTrain(program);
addEvaluate(program);
addScore(program);
addPredict(program);
addAsk(program);
addServe(program);
addCompare(program);
addReport(program);
addExport(program);
addCard(program);
addShare(program);
addImport(program);
addModels(program);
addRuns(program);
addSlurmTask(program);

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
