import * as l10n from '@vscode/l10n';
import { fork } from 'node:child_process';
import { openChannel } from '../../channel/messageChannel';
import { processTransport } from '../../channel/processTransport';
import { Failure } from '../../failure';
import type { FailureCode } from '../../failureCodes';
import { childEnvironment } from '../queue/launchQueueWorker';
import type { RunOptions } from '../store/runEvent';
import type { TrainRunRequest } from '../work/trainRun';
import { askingSide, trainingSide } from './trainingContract';

/** What a training in a process of its own came to. */
export interface SeparateOutcome {
  readonly folder: string;
  /** Why a run failed that had begun to train. */
  readonly failure?: Failure;
}

/**
 * Trains a run in a process of its own, so that several are trained at once: the runtime keeps the thread that asks it
 * busy.
 * @param module the trainer's bundle
 * @param threads that the process computes with
 * @returns failure "trainer-ended" where the process ended before its run
 * @throws Failure as `trainRun` does; "trainer-ended" where there is no run yet
 */
export async function trainSeparately(
  request: TrainRunRequest,
  { signal, onEvent }: Pick<RunOptions, 'signal' | 'onEvent'>,
  { module, threads }: { readonly module: string; readonly threads: number },
): Promise<SeparateOutcome> {
  let begun: string | undefined;
  const child = fork(module, ['--train'], {
    execArgv: [],
    env: { ...childEnvironment(process.env), PROMPT_TUNER_THREADS: String(threads) },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const channel = openChannel({
    transport: processTransport(child),
    local: askingSide,
    handlers: {},
    remote: trainingSide,
    listeners: {
      event(event) {
        if (event.kind === 'run') begun = event.folder;
        onEvent?.(event);
      },
    },
  });
  child.once('error', (error) => channel.close(l10n.t`The trainer could not be started: ${error.message}`));
  child.once('exit', (code, ended) =>
    channel.close(l10n.t`The process that trained the run ended before it (${ended ?? code ?? ''}).`),
  );
  const stop = () => void channel.call('stop', {}).catch(() => undefined);
  signal?.addEventListener('abort', stop);
  try {
    if (signal?.aborted) stop();
    const { folder, failure } = await channel.call('train', request);
    if (failure === undefined) return { folder };
    const { code, message, location, remedy } = failure;
    return { folder, failure: new Failure(code as FailureCode, message, location, remedy) };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'channel-closed') throw error;
    const remedy = l10n.t`The run goes on from its checkpoint by train --resume.`;
    const failure = new Failure('trainer-ended', error.message, begun ? { file: begun } : {}, remedy);
    if (begun === undefined) throw failure;
    return { folder: begun, failure };
  } finally {
    signal?.removeEventListener('abort', stop);
    channel.close(l10n.t`The training has ended.`);
    if (child.connected) child.disconnect();
  }
}
