import * as l10n from '@vscode/l10n';
import { fromWire } from '../../channel/wireFailure';
import { Failure } from '../../failure';
import type { TrainerSettings } from '../queue/trainerFolder';
import type { RunOptions } from '../store/runEvent';
import type { TrainRunRequest } from '../work/trainRun';
import type { Asking } from './trainingContract';
import { inOwnProcess, threadsOfEach, type OwnProcess } from './ownProcess';

/** What a training in a process of its own came to. */
export interface SeparateOutcome {
  readonly folder: string;
  /** Why a run failed that had begun to train. */
  readonly failure?: Failure;
}

type Heard = Pick<RunOptions, 'signal' | 'onEvent'>;

/**
 * Trains a run in a process of its own.
 * @returns failure "trainer-ended" where the process ended before its run
 * @throws Failure as `trainRun` does; "trainer-ended" where there is no run yet
 */
export async function trainSeparately(
  request: TrainRunRequest,
  { signal, onEvent }: Heard,
  { asking, ...place }: OwnProcess & { readonly asking?: Asking },
): Promise<SeparateOutcome> {
  let begun: string | undefined;
  try {
    const { folder, failure } = await inOwnProcess(
      place,
      async (channel) => {
        const stop = () => void channel.call('stop', {}).catch(() => undefined);
        signal?.addEventListener('abort', stop);
        if (signal?.aborted) stop();
        return channel
          .call('train', { run: request, ...(asking && { asking }) })
          .finally(() => signal?.removeEventListener('abort', stop));
      },
      (event) => {
        if (event.kind === 'run') begun = event.folder;
        onEvent?.(event);
      },
    );
    return { folder, ...(failure && { failure: fromWire(failure) }) };
  } catch (error) {
    const failure = endedOf(error, begun);
    if (begun === undefined || failure === undefined) throw failure ?? error;
    return { folder: begun, failure };
  }
}

/**
 * Works on a run of the queue in a process of its own.
 * @throws Failure as `workOnRun` does; "trainer-ended" where the process ended before its run
 */
export async function workSeparately(
  folder: string,
  { onEvent }: Heard,
  { module, settings }: { readonly module: string; readonly settings: TrainerSettings },
): Promise<void> {
  const { parallelRuns, threads, within } = settings;
  const place = { module, threads: threadsOfEach(parallelRuns, threads) };
  try {
    const asked = { folder, ...(within && { within }) };
    await inOwnProcess(place, (channel) => channel.call('work', asked), onEvent ?? (() => undefined));
  } catch (error) {
    throw endedOf(error, folder) ?? error;
  }
}

/** @param folder of the run, where it has begun */
function endedOf(error: unknown, folder: string | undefined): Failure | undefined {
  if (!(error instanceof Failure) || error.code !== 'channel-closed') return undefined;
  const remedy = l10n.t`The run goes on from its checkpoint once it is resumed.`;
  return new Failure('trainer-ended', error.message, folder === undefined ? {} : { file: folder }, remedy);
}
