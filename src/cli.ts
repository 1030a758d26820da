import { Command, CommanderError } from 'commander';
import { confineReading } from './fileAccess';
import { followTemplates } from './runs/store/followTemplates';
import { asFailure, isStopped, traceOf } from './classifyError';
import { promptTunerVersion } from './runs/record/versions';
import { declareCommands } from './commands/program/commands';
import { complain, exit, interruption } from './commands/program/terminal';
import { useLanguageOfEnvironment } from './translations';

useLanguageOfEnvironment();

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

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
});

async function main(): Promise<void> {
  declareCommands(program, process.argv[2]);
  await program.parseAsync();
}

/** Settled once what was asked for is done or has failed: for whoever runs several commands in one process. */
export const ended = main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exit.done : exit.callWrong;
  } else if (isStopped(error, interruption.signal)) {
    process.exitCode = exit.interrupted;
  } else {
    if (process.env.PROMPT_TUNER_DEBUG) process.stderr.write(`${traceOf(error)}\n`);
    complain(asFailure(error));
  }
});
