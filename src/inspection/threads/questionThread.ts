import * as l10n from '@vscode/l10n';
import { Worker } from 'node:worker_threads';
import { openChannel, silentSide, type Channel, type Side } from '../../channel/messageChannel';
import { threadTransport } from '../../channel/threadTransport';
import { Failure } from '../../failure';
import { languageEnvironment } from '../../translations';

interface ThreadQuestion<Remote extends Side> {
  /** The bundle of the thread. */
  readonly program: string;
  readonly remote: Remote;
  /** What the thread is for, in sentences: `the analysis`. */
  readonly what: string;
  /** Ends the thread in the middle of its work. */
  readonly signal: AbortSignal;
}

/**
 * Asks a thread of its own, which is gone with what it has read once it has answered; the process takes it with it.
 * @throws the signal's reason once it is aborted, Failure "analysis-ended" when the thread ends by itself, or whatever
 *   it throws
 */
export async function askThread<Remote extends Side, Result>(
  { program, remote, what, signal }: ThreadQuestion<Remote>,
  ask: (channel: Channel<typeof silentSide, Remote>) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const thread = new Worker(program, { env: { ...process.env, ...languageEnvironment() } });
  const transport = threadTransport(thread);
  const channel = openChannel({ transport, local: silentSide, handlers: {}, remote, listeners: {} as never });
  try {
    return await Promise.race([ask(channel), endOf(thread, what), abortOf(signal)]);
  } finally {
    channel.close(l10n.t`${what.slice(0, 1).toUpperCase()}${what.slice(1)} has ended.`);
    void thread.terminate();
  }
}

/** @throws Failure "analysis-ended" when the thread ends by itself, such as when memory ran out */
function endOf(thread: Worker, what: string): Promise<never> {
  return new Promise((_, reject) => {
    const end = (how: string) => reject(new Failure('analysis-ended', l10n.t`The thread of ${what} ${how}.`));
    thread.on('error', (error: Error) => end(l10n.t`failed: ${error.message}`));
    thread.on('exit', (code) => end(l10n.t`ended with exit code ${code}`));
  });
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
