import { compareRuns } from './runs/compareRuns';
import { evaluateRun } from './runs/evaluateRun';
import { openChannel, silentSide } from './runs/messageChannel';
import { processTransport } from './runs/processTransport';
import { predictRow } from './runs/predictRow';
import { protocolVersion, trainerSide, type TrainerCalls, type TrainerEvents } from './runs/protocol';
import type { RunEvent, RunOptions } from './runs/runEvent';
import { heartbeatMilliseconds } from './runs/runFolder';
import { trainRun } from './runs/trainRun';

let current: { readonly controller: AbortController; run?: string } | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** Pieces of work follow one another: two trainings at once would only slow each other down. */
function inTurn<T>(work: (options: RunOptions) => Promise<T>): Promise<T> {
  const turn = queue.then(async () => {
    const mine: NonNullable<typeof current> = { controller: new AbortController() };
    current = mine;
    try {
      return await work({ signal: mine.controller.signal, onEvent: (event) => { report(event, mine); } });
    } finally {
      current = undefined;
    }
  });
  queue = turn.catch(() => undefined);
  return turn;
}

const channel = openChannel<TrainerCalls, TrainerEvents, object, object>({
  transport: processTransport(process),
  local: trainerSide,
  remote: silentSide,
  listeners: {},
  handlers: {
    train: (request) => inTurn(async (options) => {
      const { record, folder } = await trainRun(request, options);
      return { run: record.id, folder, status: record.status };
    }),
    evaluate: ({ file, run, split, runs }) => inTurn(async (options) => {
      const subject = run === undefined ? { kind: 'hard' as const } : { kind: 'run' as const, run };
      const { result, folder } = await evaluateRun({ file, subject, split, set: {}, runs }, options);
      return { ...result, folder };
    }),
    compare: ({ file, methods, runs }) => inTurn(async (options) => {
      const { rows } = await compareRuns({ files: [file], methods, set: {}, runs }, options);
      return { runs: rows.flatMap((row) => row.runs) };
    }),
    predict: (request) => inTurn(({ signal }) => predictRow(request, signal)),
    stop: ({ run }) => {
      if (current && (run === undefined || run === current.run)) current.controller.abort();
    },
  },
});

function report(event: RunEvent, work: { run?: string }): void {
  switch (event.kind) {
    case 'run':
      work.run = event.run;
      return channel.send('run', { id: event.run, folder: event.folder });
    case 'progress':
      return channel.send('progress', { run: event.run, progress: event.progress });
    case 'log':
    case 'warning':
      return channel.send('log', { run: event.run, line: event.line });
    case 'train':
    case 'search':
      return undefined;
  }
}

const heart = setInterval(() => channel.send('heartbeat', { at: new Date().toISOString() }), heartbeatMilliseconds);
heart.unref();

// Whoever forked this process is gone: what is at work stops, keeps its checkpoint, and the process ends.
process.on('disconnect', () => {
  current?.controller.abort();
  void queue.finally(() => process.exit(0));
});

channel.send('ready', { version: protocolVersion });
