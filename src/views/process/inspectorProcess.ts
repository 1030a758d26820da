import { fork, type ChildProcess } from 'node:child_process';
import { Failure } from '../../failure';
import { openChannel, silentSide, type Channel, type RequestOf, type ResultOf } from '../../channel/messageChannel';
import { processTransport } from '../../channel/processTransport';
import { protocolVersion, trainerSide, type TrainerCalls, type TrainerEvents } from '../../inspection/trainerContract';
import { trainerEnvironment } from './launchQueueWorker';

type WorkName = Exclude<keyof TrainerCalls, 'stop' | 'confine'>;

/** The process that answers a window's questions to the model; it ends with the window. Runs are another process's. */
export interface TrainerProcess {
  /** The process as the system knows it; undefined while none lives. */
  readonly pid: number | undefined;
  /**
   * Starts the process if need be and lets it work.
   * @throws Failure "trainer-ended" when the process dies meanwhile, or whatever the trainer itself throws.
   */
  work<K extends WorkName>(name: K, request: RequestOf<TrainerCalls, K>): Promise<ResultOf<TrainerCalls, K>>;
  /** Ends what is being worked on; nothing happens without a process. */
  stop(): Promise<void>;
  dispose(): void;
}

export interface TrainerProcessOptions {
  /** The trainer's bundle. */
  readonly module: string;
  /** What holds now. */
  readonly settings: () => { readonly nodePath: string; readonly threads: number; readonly within?: readonly string[] };
  readonly log: (line: string) => void;
}

interface Living {
  readonly child: ChildProcess;
  readonly channel: Channel<TrainerCalls, object>;
}

/** Lines of stderr kept to explain a death. */
const lastWordsKept = 5;

/** A trainer as a child process: forked upon the first question, and again after it has died. */
export function createTrainerProcess({ module, settings, log }: TrainerProcessOptions): TrainerProcess {
  let living: Living | undefined;

  const start = (): Living => {
    const { nodePath, threads } = settings();
    const child = fork(module, [], {
      execPath: nodePath || process.execPath,
      execArgv: [],
      env: { ...trainerEnvironment(process.env), PROMPT_TUNER_THREADS: String(threads) },
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
    } as Parameters<typeof fork>[2]);
    const lastWords: string[] = [];
    const channel = openChannel<object, object, TrainerCalls, TrainerEvents>({
      transport: processTransport(child),
      local: silentSide,
      handlers: {},
      remote: trainerSide,
      listeners: {
        ready: ({ version }) => {
          if (version !== protocolVersion) {
            log(
              `The trainer speaks version ${version} of the protocol, the extension version ${protocolVersion}. Build or install Prompt Tuner again.`,
            );
            child.kill();
          }
        },
        log: ({ line }) => log(line),
      },
      onRefused: log,
    });
    const hear = (chunk: Buffer) => {
      for (const line of chunk
        .toString()
        .split('\n')
        .filter((text) => text.trim() !== '')) {
        log(line);
        lastWords.push(line);
        if (lastWords.length > lastWordsKept) lastWords.shift();
      }
    };
    child.stdout?.on('data', (chunk: Buffer) => log(chunk.toString().trimEnd()));
    child.stderr?.on('data', hear);
    const mine = { child, channel };
    let ended = false;
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      if (living === mine) living = undefined;
      log(reason);
      channel.close(reason);
    };
    child.on('error', (error) => end(`The trainer could not be started: ${error.message}`));
    // 'close' rather than 'exit': by then its last words have arrived.
    child.on('close', (code, signal) => end(describeExit(code, signal, lastWords)));
    return mine;
  };

  return {
    get pid() {
      return living?.child.pid;
    },
    async work(name, request) {
      const { channel } = (living ??= start());
      try {
        await channel.call('confine', { within: settings().within });
        return await channel.call(name, request);
      } catch (error) {
        throw error instanceof Failure && error.code === 'channel-closed'
          ? new Failure('trainer-ended', error.message)
          : error;
      }
    },
    async stop() {
      await living?.channel.call('stop', {});
    },
    dispose() {
      living?.channel.close('The window was closed.');
      if (living?.child.connected) living.child.disconnect();
      living = undefined;
    },
  };
}

/** One sentence on how the process ended, with its last words. */
export function describeExit(code: number | null, signal: string | null, lastWords: readonly string[]): string {
  const how = signal
    ? `was ended by ${signal}${signal === 'SIGKILL' ? ' (often for want of memory)' : ''}`
    : `ended with exit code ${code}`;
  const words = lastWords.length > 0 ? ` Its last words: ${lastWords.join(' ')}` : '';
  return `The trainer ${how}.${words}`;
}
