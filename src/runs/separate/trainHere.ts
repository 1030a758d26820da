import { openChannel, type Channel } from '../../channel/messageChannel';
import { processTransport } from '../../channel/processTransport';
import { endpointsOfEnvironment } from '../../endpoint/endpoint';
import type { Failure } from '../../failure';
import { confineReading } from '../../fileAccess';
import { requestStop } from '../queue/stopRequest';
import type { RunEvent } from '../store/runEvent';
import { trainRun } from '../work/trainRun';
import { workOnRun } from '../work/workOnRun';
import { askingSide, trainingSide } from './trainingContract';

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
  const channel: Channel<typeof trainingSide, typeof askingSide> = openChannel({
    transport: processTransport(process),
    local: trainingSide,
    remote: askingSide,
    listeners: {},
    handlers: {
      async train({ run, asking }) {
        const endpoints = asking && endpointsOfEnvironment(process.env, asking);
        const { folder, failure } = await trainRun(run, { signal: ending.signal, onEvent, endpoints });
        return { folder, ...(failure && { failure: plain(failure) }) };
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

const plain = ({ code, message, remedy, location }: Failure) => ({
  code,
  message,
  location,
  ...(remedy !== undefined && { remedy }),
});
