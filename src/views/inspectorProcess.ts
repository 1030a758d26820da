import { fork, type ChildProcess } from 'node:child_process';
import { Failure } from '../failure';
import type { InspectionCalls } from '../runs/inspection';
import { openChannel, silentSide, type Channel, type RequestOf, type ResultOf } from '../runs/messageChannel';
import { processTransport } from '../runs/processTransport';
import { trainerSide, type TrainerCalls, type TrainerEvents } from '../runs/protocol';
import { describeExit, trainerEnvironment } from './trainerProcess';

/** Looks at runs in a process of its own, so that neither the editor nor a training waits for it. */
export interface InspectorProcess {
  /** @throws Failure "inspector-ended" when the process dies meanwhile, or whatever it throws itself */
  ask<K extends keyof InspectionCalls>(name: K, request: RequestOf<InspectionCalls, K>): Promise<ResultOf<InspectionCalls, K>>;
  dispose(): void;
}

/** A process that nobody asks anything gives its memory back. */
const idleMilliseconds = 5 * 60_000;

/** Forked upon the first question, ended after the last. @param module the trainer's bundle, which serves these calls as well */
export function createInspectorProcess(module: string, log: (line: string) => void): InspectorProcess {
  let living: { readonly child: ChildProcess; readonly channel: Channel<TrainerCalls, object> } | undefined;
  let asked = 0;
  let idle: NodeJS.Timeout | undefined;

  const end = () => {
    clearTimeout(idle);
    living?.channel.close('The inspector was closed.');
    if (living?.child.connected) living.child.disconnect();
    living = undefined;
  };

  const start = () => {
    const child = fork(module, [], { execPath: process.execPath, execArgv: [], env: trainerEnvironment(process.env), serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const channel = openChannel<object, object, TrainerCalls, TrainerEvents>({
      transport: processTransport(child),
      local: silentSide,
      handlers: {},
      remote: trainerSide,
      listeners: { ready: () => undefined, run: () => undefined, progress: () => undefined, log: ({ line }) => log(line), heartbeat: () => undefined },
    });
    const mine = { child, channel };
    let lastWords: readonly string[] = [];
    child.stderr?.on('data', (chunk: Buffer) => {
      lastWords = [...lastWords, ...chunk.toString().split('\n').filter((line) => line.trim() !== '')].slice(-3);
    });
    const gone = (reason: string) => {
      if (living === mine) living = undefined;
      channel.close(reason);
    };
    child.on('error', (error) => gone(`The inspector could not be started: ${error.message}`));
    child.on('close', (code, signal) => gone(describeExit(code, signal, lastWords)));
    return mine;
  };

  return {
    async ask(name, request) {
      asked++;
      clearTimeout(idle);
      try {
        living ??= start();
        return await living.channel.call(name, request) as ResultOf<InspectionCalls, typeof name>;
      } catch (error) {
        if (error instanceof Failure && error.code === 'channel-closed') throw new Failure('inspector-ended', error.message, {}, 'Ask again; the next question starts another process.');
        throw error;
      } finally {
        if (--asked === 0) idle = setTimeout(end, idleMilliseconds).unref();
      }
    },
    dispose: end,
  };
}
