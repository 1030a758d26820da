import { openChannel, type Channel } from '../../channel/messageChannel';
import { processTransport } from '../../channel/processTransport';
import type { Failure } from '../../failure';
import { trainRun } from '../work/trainRun';
import { askingSide, trainingSide } from './trainingContract';

/** The part of a process that trains a run for the process that has forked it, and ends with that. */
export function trainHere(): void {
  const ending = new AbortController();
  // Ctrl-C reaches the whole group: whoever forked this one decides what is stopped.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => ending.abort());
  const channel: Channel<typeof trainingSide, typeof askingSide> = openChannel({
    transport: processTransport(process),
    local: trainingSide,
    remote: askingSide,
    listeners: {},
    handlers: {
      async train(request) {
        const onEvent = (event: Parameters<typeof channel.send<'event'>>[1]) => channel.send('event', event);
        const { folder, failure } = await trainRun(request, { signal: ending.signal, onEvent });
        return { folder, ...(failure && { failure: plain(failure) }) };
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
