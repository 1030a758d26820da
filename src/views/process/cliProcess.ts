import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as l10n from '@vscode/l10n';
import { parseJson } from '../../files/jsonFile';
import { Failure } from '../../failure';
import { failureCodeOf } from '../../failureCodes';
import { childEnvironment } from '../../runs/queue/launchQueueWorker';

export interface CliOptions {
  /** What the process needs to know that must not stand among its arguments. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with each JSON value that the command says while it works. */
  onEvent?(value: unknown): void;
}

/**
 * Runs one of our own commands, asked for JSON, in a process of its own.
 * @param command one that prints an object a line, or a single value
 * @returns the last value it prints
 * @throws Failure as the command says it; "cancelled" when the signal ended it
 */
export function runCli(
  program: string,
  command: readonly string[],
  { environment, signal, onEvent }: CliOptions,
): Promise<unknown> {
  const child = spawn(process.execPath, [program, ...command, '--json'], {
    env: { ...childEnvironment(process.env), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const stop = () => child.kill('SIGINT');
  signal?.addEventListener('abort', stop);
  let [said, complaint, last] = ['', '', undefined as unknown];
  createInterface({ input: child.stdout }).on('line', (line) => {
    said += `${line}\n`;
    const value = parseJson(line);
    if (value === undefined) return;
    last = value;
    onEvent?.(value);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(new Failure('command-failed', l10n.t`The command could not be started: ${error.message}`)),
    );
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) reject(new Failure('cancelled', l10n.t`It was cancelled; what was downloaded is kept.`));
      else if (code === 0) resolve(parseJson(said) ?? last);
      else reject(readComplaint(complaint));
    });
  });
}

/** The failure that a command's last line says: `sentence remedy [code]`. */
export function readComplaint(complaint: string): Failure {
  const line = complaint.trim().split('\n').at(-1) ?? '';
  const [, text, code] = /^(.*?) \[([a-z-]+)\]$/.exec(line) ?? [];
  return new Failure(
    code === undefined ? 'command-failed' : failureCodeOf(code),
    text ?? (line || l10n.t`The command ended without a word.`),
  );
}
