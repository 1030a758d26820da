import type { Command } from 'commander';
import { isRunFailure } from '../../classifyError';
import { describeFailure, Failure } from '../../failure';
import { chooseProvider, describeFallback } from '../../onnx/runtime/provider';
import type { RunEvent, RunOptions } from '../../runs/store/runEvent';
import { formatFindings, warningsOf } from '../../workspace/checkFiles';
import { trainEventJson } from '../../comparison/text/formatResult';
import type { Common } from '../options';
import { shownPath } from '../display/shownPath';
import { barDisplay, barsDisplay, lineDisplay, type ProgressDisplay } from '../display/progressDisplay';

/** What the process says to whoever called it. */
export const exit = { done: 0, inputWrong: 1, callWrong: 2, runFailed: 3, interrupted: 130 } as const;

/** Aborted by Ctrl-C. */
export const interruption = new AbortController();

/** A command with what all of them have in common. */
export function command(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).option('--json', 'print JSON').exitOverride();
}

/**
 * Lets runs work while their progress is shown: as JSON lines for a training asked for JSON, as a bar on a terminal, as
 * lines elsewhere.
 */
export async function watched<T>(
  options: Common & { readonly jobs?: number },
  files: readonly string[],
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const display = options.json
    ? jsonDisplay()
    : process.stderr.isTTY
      ? (options.jobs ?? 1) > 1
        ? barsDisplay(process.stderr)
        : barDisplay(process.stderr)
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
export const withoutLineEnd = (text: string): string => text.replace(/\n$/, '');

/** The value where JSON is asked for, else the text. */
export function print(options: Common, value: unknown, text: string, { oneLine = false } = {}): void {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, oneLine ? undefined : 2) : text}\n`);
}

/** One sentence, and the exit code that goes with it. */
export function complain(failure: Failure): void {
  const { code, message } = failure;
  const { file } = failure.location;
  const location = { ...failure.location, ...(file !== undefined && { file: shownPath(file) }) };
  const remedy =
    failure.remedy ??
    (location.line === undefined ? undefined : 'Correct it there; "prompt-tuner check" lists all that is wrong.');
  process.stderr.write(`${describeFailure(new Failure(code, message, location, remedy))}\n`);
  process.exitCode = isRunFailure(failure) ? exit.runFailed : exit.inputWrong;
}

/** Says that work was stopped, and what becomes of it. */
export const stopped = (what: string): void => void process.stderr.write(`\nStopped; ${what}.\n`);

/** Ctrl-C during a download. */
export function stopDownload(): void {
  process.stderr.write('\nStopping; what was downloaded is kept.\n');
  interruption.abort();
}

function interrupt(): void {
  if (interruption.signal.aborted) process.exit(exit.interrupted);
  process.stderr.write('\nStopping; the checkpoint is kept. Press Ctrl-C again to end at once.\n');
  interruption.abort();
}
