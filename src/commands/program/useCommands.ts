import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { parseJson } from '../../data/exactNumber';
import { openPromptAt } from '../../use/openPromptAt';
import { promptOf } from '../../use/prompt';
import { ask, askedJson, formatChosen, formatCost } from '../ask';
import { predict, formatPredicted, printingOutput, type PredictCommand } from '../predict';
import { providerOption, runsOption, setOption, wholeNumber, type Common } from '../options';
import { serve } from '../serve';
import { predictDisplay } from '../display/predictDisplay';
import { command, exit, interruption, print, stopped } from './terminal';

/** `predict`: rows without answers, answered. */
export function addPredict(program: Command): void {
  command(program, 'predict', 'answer rows without answers, with a run, an adapter or the text of a template')
    .argument('<prompt>', 'id or folder of a run, folder of an adapter, or a template, whose text is used alone')
    .argument(
      '<input>',
      'table or JSON file of rows, - for standard input; as { file: …, separator: ";", encoding: …, ' +
        'columns: … } where the file does not say it itself',
    )
    .option('--to <file>', 'file to write; the rows are printed without it')
    .option('--force', 'replace the output, and begin again what another prompt or input has begun')
    .addOption(
      new Option('--input-format <format>', 'what standard input holds')
        .choices(['jsonl', 'json', 'csv', 'tsv'])
        .default('jsonl'),
    )
    .option('--threshold <p>', 'mark rows whose answer has a lower probability, in a column "review"', share)
    .option('--prefix <text>', 'put before the names of the added columns', '')
    .option('--strict', 'end at the first row that has no prediction')
    .option('--template <file>', 'with an adapter that was made elsewhere: the template it belongs to')
    .addOption(setOption())
    .addOption(runsOption())
    .addOption(providerOption())
    .action(async (prompt: string, input: string, options: PredictOptions) => {
      const display = predictDisplay(options, process.stderr);
      process.on('SIGINT', stopAtChunk);
      try {
        const work = { signal: interruption.signal, onProgress: display.show, onWarning: display.warn };
        const output = options.to === undefined ? printingOutput(process.stdout, options) : undefined;
        const result = await predict({ ...options, prompt, input, output }, work);
        display.end();
        if (options.to === undefined) process.stderr.write(`${formatPredicted(result)}\n`);
        else print(options, { kind: 'result', ...result }, formatPredicted(result), { oneLine: true });
      } catch (error) {
        display.end();
        if (!interruption.signal.aborted) throw error;
        if (options.to !== undefined) stopped('the same command goes on behind the last row that was written');
        process.exitCode = exit.interrupted;
      } finally {
        process.off('SIGINT', stopAtChunk);
      }
    });
}

/** `ask`: one answer. */
export function addAsk(program: Command): void {
  command(program, 'ask', 'answer one input, with a run, an adapter or the text of a template')
    .argument('<prompt>', 'id or folder of a run, folder of an adapter, or a template, whose text is used alone')
    .option('--set <name=value>', 'a value that the template reads, or tune.key=value (repeatable)', namedValue, {})
    .option('--template <file>', 'with an adapter that was made elsewhere: the template it belongs to')
    .addOption(runsOption())
    .addOption(providerOption())
    .action(async (reference: string, options: Common & { template?: string }) => {
      const values = Object.entries(options.set);
      const [settings, input] = [true, false].map((isSetting) =>
        Object.fromEntries(values.filter(([name]) => name.startsWith('tune.') === isSetting)),
      );
      const prompt = promptOf(await openPromptAt(reference, { ...options, set: settings }));
      prompt.warnings.forEach((sentence) => process.stderr.write(`warning: ${sentence}\n`));
      process.on('SIGINT', stopAtChunk);
      try {
        const onText = (text: string): void => void (options.json || process.stdout.write(text));
        const asked = await ask(prompt, input!, { onText, signal: interruption.signal });
        if (options.json || !('text' in asked))
          print(options, askedJson(asked), 'text' in asked ? '' : formatChosen(asked));
        else process.stdout.write('\n');
        if (!options.json) process.stderr.write(`${formatCost(asked)}\n`);
        if (interruption.signal.aborted) process.exitCode = exit.interrupted;
      } finally {
        process.off('SIGINT', stopAtChunk);
        await prompt.close();
      }
    });
}

/** `serve`: prompts as models of OpenAI's API. */
export function addServe(program: Command): void {
  command(program, 'serve', "answer over HTTP, by the routes of OpenAI's API")
    .argument('<prompt...>', 'ids or folders of runs, folders of adapters, or templates; each is a model')
    .option('--port <n>', 'port; 0 for any that is free', portNumber, 8080)
    .option('--host <address>', 'address to listen on; beyond this machine only where it is given', '127.0.0.1')
    .addOption(new Option('--api-key <key>', 'what requests must bring as a bearer token').env('PROMPT_TUNER_API_KEY'))
    .option('--template <file>', 'with an adapter that was made elsewhere: the template it belongs to')
    .addOption(runsOption())
    .addOption(providerOption())
    .action(
      async (
        prompts: readonly string[],
        options: Common & { port: number; host: string; apiKey?: string; template?: string },
      ) => {
        const { address, models, close } = await serve({ ...options, prompts }, (line) =>
          process.stderr.write(`${line}\n`),
        );
        const text = `${models.join(', ')} at ${address}; Ctrl-C ends it.`;
        print(options, { kind: 'serving', address, models }, text, { oneLine: true });
        await new Promise<void>((resolve) => {
          // Whoever has started it as a part of itself has gone, or lets go of it.
          process.once('disconnect', resolve);
          const end = () => (interruption.signal.aborted ? process.exit(exit.interrupted) : resolve());
          for (const signal of ['SIGINT', 'SIGTERM'] as const)
            process.on(signal, () => {
              end();
              interruption.abort();
            });
        });
        process.stderr.write('Ending; requests that are under way are answered.\n');
        await close();
      },
    );
}

function portNumber(written: string): number {
  const port = wholeNumber(written);
  if (port > 65535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

function namedValue(written: string, earlier: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(written) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write it as name=value.');
  return { ...earlier, [name]: readValue(value) };
}

/** Lists and objects, such as messages, are written as JSON; everything else is text. */
function readValue(written: string): unknown {
  if (!/^\s*[[{]/.test(written)) return written;
  try {
    return parseJson(written);
  } catch {
    return written;
  }
}

type PredictOptions = Common & Omit<PredictCommand, 'prompt' | 'input' | 'output'>;

function share(written: string): number {
  const number = Number(written);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return number;
}

/** Ctrl-C ends the work behind the rows that are being answered; the second time at once. */
function stopAtChunk(): void {
  if (interruption.signal.aborted) process.exit(exit.interrupted);
  interruption.abort();
}
