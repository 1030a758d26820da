import * as l10n from '@vscode/l10n';
import { availableParallelism } from 'node:os';
import { openChannel, silentSide, type Channel } from '../../channel/messageChannel';
import { processTransport } from '../../channel/processTransport';
import { forkTrainer } from '../queue/forkTrainer';
import type { RunEvent } from '../store/runEvent';
import { trainingSide } from './trainingContract';

/** Where a run is worked on beside others. */
export interface OwnProcess {
  /** The trainer's bundle. */
  readonly module: string;
  /** Threads that the process computes with. */
  readonly threads: number;
}

/** What each of several runs at once has of the cores, or of the threads that are asked for; 0 asks for none. */
export const threadsOfEach = (runs: number, threads: number): number =>
  Math.max(1, Math.floor((threads || availableParallelism()) / runs));

export type RunChannel = Channel<typeof silentSide, typeof trainingSide>;

/**
 * Asks a process of its own, which ends with the answer: the runtime keeps the thread that asks it busy, so that runs
 * of one process only take turns.
 * @throws Failure as the process does; "channel-closed" where it ends before it answers
 */
export async function inOwnProcess<T>(
  { module, threads }: OwnProcess,
  ask: (channel: RunChannel) => Promise<T>,
  onEvent: (event: RunEvent) => void,
): Promise<T> {
  const child = forkTrainer(module, ['--train'], { threads, output: 'inherit' });
  const channel = openChannel({
    transport: processTransport(child),
    local: silentSide,
    handlers: {},
    remote: trainingSide,
    listeners: { event: onEvent },
  });
  child.once('error', (error) => channel.close(l10n.t`The trainer could not be started: ${error.message}`));
  child.once('exit', (code, signal) =>
    channel.close(l10n.t`The process that trained the run ended before it (${signal ?? code ?? ''}).`),
  );
  try {
    return await ask(channel);
  } finally {
    channel.close(l10n.t`The training has ended.`);
    if (child.connected) child.disconnect();
  }
}
