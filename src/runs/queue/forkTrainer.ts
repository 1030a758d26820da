import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { childEnvironment } from './launchQueueWorker';

export interface ForkedTrainer {
  /** Threads that the process computes with. */
  readonly threads: number;
  /** Another Node than the one that runs this; empty or absent takes that. */
  readonly nodePath?: string;
  /** Where what it writes goes: to whoever listens to the process, or what it complains of beside our own. */
  readonly output: 'pipe' | 'inherit';
}

/**
 * Forks a part of the trainer that talks with this process over IPC and ends with it.
 * @param words that name the part
 */
export function forkTrainer(
  module: string,
  words: readonly string[],
  { threads, nodePath, output }: ForkedTrainer,
): ChildProcess {
  // Node hides the console window of a fork as of a spawn, which the types of its options leave out.
  const options: ForkOptions & { readonly windowsHide: boolean } = {
    execPath: nodePath || process.execPath,
    execArgv: [],
    env: { ...childEnvironment(process.env), PROMPT_TUNER_THREADS: String(threads) },
    serialization: 'advanced',
    stdio: ['ignore', output === 'pipe' ? 'pipe' : 'ignore', output, 'ipc'],
    windowsHide: true,
  };
  return fork(module, words, options);
}
