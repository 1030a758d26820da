import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as l10n from '@vscode/l10n';
import { isText, listOf, object, oneOf, type Infer } from '../../channel/guards';
import { Failure } from '../../failure';
import { parseJson } from '../../files/jsonFile';
import { readComplaint } from '../process/cliProcess';
import { childEnvironment } from '../../runs/queue/launchQueueWorker';

const isServing = object({ kind: oneOf('serving'), address: isText, models: listOf(isText) });

/** A server that is listening. */
export interface ServerProcess extends Pick<Infer<typeof isServing>, 'address' | 'models'> {
  /** Answers what is under way, and ends. @returns once it has */
  stop(): Promise<void>;
  /** Ends at once. */
  kill(): void;
  /** Once the process has ended, by itself or because it was told to; the failure that it said, where it was not. */
  readonly ended: Promise<Failure | undefined>;
}

export interface ServerOptions {
  /** The command line program. */
  readonly program: string;
  /** Another Node than the editor's own; empty takes that. */
  readonly nodePath: string;
  /** Folders of runs. */
  readonly runs: readonly string[];
  readonly port: number;
  readonly threads: number;
  log(line: string): void;
}

/**
 * Starts `prompt-tuner serve` in a process of its own, which ends when this one does: whatever becomes of the window,
 * the connection to it breaks.
 * @throws Failure as the command says it, such as "address-unusable"
 */
export function startServer({ program, nodePath, runs, port, threads, log }: ServerOptions): Promise<ServerProcess> {
  const child = spawn(nodePath || process.execPath, [program, 'serve', ...runs, '--port', String(port), '--json'], {
    env: { ...childEnvironment(process.env), PROMPT_TUNER_THREADS: String(threads) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  let last = '';
  let isStopping = false;
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (line.trim() !== '') last = line;
    log(line);
  });
  const ended = new Promise<Failure | undefined>((resolve) => {
    child.on('error', ({ message }) => {
      const remedy = nodePath ? l10n.t`Correct the setting promptTuner.nodePath.` : undefined;
      resolve(new Failure('command-failed', l10n.t`The server could not be started: ${message}.`, {}, remedy));
    });
    child.on('close', (code) => resolve(isStopping || code === 0 ? undefined : readComplaint(last)));
    // A process whose connection was let go of here exits and never closes.
    child.on('exit', () => isStopping && resolve(undefined));
  });
  const listening = new Promise<Infer<typeof isServing>>((resolve) =>
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const value = parseJson(line);
      if (isServing(value)) resolve(value);
    }),
  );
  const kill = (): void => {
    isStopping = true;
    child.kill('SIGKILL');
  };
  return Promise.race([
    listening.then(({ address, models }) => ({
      address,
      models,
      kill,
      ended,
      async stop() {
        isStopping = true;
        if (child.connected) child.disconnect();
        await ended;
      },
    })),
    ended.then((failure) => {
      throw failure ?? new Failure('command-failed', l10n.t`The server ended without a word.`);
    }),
  ]);
}
