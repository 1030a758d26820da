import { openChannel, silentSide, type Channel } from '../../channel/messageChannel';
import { processTransport } from '../../channel/processTransport';
import { toWire } from '../../channel/wireFailure';
import { endpointsOfEnvironment } from '../../endpoint/endpoint';
import { confineReading } from '../../fileAccess';
import { requestStop } from '../queue/stopRequest';
import type { RunEvent } from '../store/runEvent';
import { trainRun } from '../work/trainRun';
import { workOnRun } from '../work/workOnRun';
import { trainingSide } from './trainingContract';

/** The part of a process that works on one run for the process that has forked it, and ends with that. */
export function trainHere(): void {
  const ending = new AbortController();
  let taken: string | undefined;
  // Ctrl-C reaches the whole group: whoever forked this one decides what is stopped.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => {
    // A run of the queue waits for the next who works it off; one that was asked for by itself is gone on with by hand.
    if (taken === undefined) ending.abort();
    else void requestStop(taken, 'queued').catch(() => ending.abort());
  });
  const onEvent = (event: RunEvent): void => channel.send('event', event);
  const channel: Channel<typeof trainingSide, typeof silentSide> = openChannel({
    transport: processTransport(process),
    local: trainingSide,
    remote: silentSide,
    listeners: {},
    handlers: {
      async train({ run, asking }) {
        const endpoints = asking && endpointsOfEnvironment(process.env, asking);
        const { folder, failure } = await trainRun(run, { signal: ending.signal, onEvent, endpoints });
        return { folder, ...(failure && { failure: toWire(failure) }) };
      },
      async work({ folder, within }) {
        taken = folder;
        confineReading(within);
        await workOnRun(folder, { signal: ending.signal, onEvent }).finally(() => (taken = undefined));
      },
      stop: () => ending.abort(),
    },
  });
}
