import { fork, type ChildProcess } from 'node:child_process';
import { Failure } from '../failure';
import { openChannel, silentSide, type Channel, type RequestOf, type ResultOf } from '../runs/messageChannel';
import { processTransport } from '../runs/processTransport';
import { protocolVersion, trainerSide, type TrainerCalls, type TrainerEvents } from '../runs/protocol';

type WorkName = 'train' | 'evaluate' | 'compare' | 'predict' | 'measure';

export interface TrainerProcess {
  /** Whether the trainer works on something right now. */
  readonly busy: boolean;
  /** The process as the system knows it; undefined while none lives. */
  readonly pid: number | undefined;
  /**
   * Starts the process if need be and lets it work; one piece of work at a time.
   * @throws Failure "trainer-busy", "trainer-ended" when the process dies meanwhile, or whatever the trainer itself throws.
   */
  work<K extends WorkName>(name: K, request: RequestOf<TrainerCalls, K>): Promise<ResultOf<TrainerCalls, K>>;
  /** Asks for an orderly stop; nothing happens without a process. */
  stop(run?: string): Promise<void>;
  dispose(): void;
}

export interface TrainerListeners {
  run(event: TrainerEvents['run']): void;
  progress(event: TrainerEvents['progress']): void;
  log(line: string): void;
  /** `busy` has changed. */
  busy(busy: boolean): void;
}

interface Living {
  readonly child: ChildProcess;
  readonly channel: Channel<TrainerCalls, object>;
}

/** Lines of stderr kept to explain a death. */
const lastWordsKept = 5;

/** The trainer as a child process: forked upon the first piece of work, and again after it has died. */
export function createTrainerProcess(module: string, listeners: TrainerListeners): TrainerProcess {
  let living: Living | undefined;
  let busy = false;

  const setBusy = (value: boolean) => {
    busy = value;
    listeners.busy(value);
  };

  const start = (): Living => {
    const child = fork(module, [], {
      execPath: process.execPath,
      execArgv: [],
      env: trainerEnvironment(process.env),
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
            listeners.log(`The trainer speaks version ${version} of the protocol, the extension version ${protocolVersion}. Build or install Prompt Tuner again.`);
            child.kill();
          }
        },
        run: listeners.run,
        progress: listeners.progress,
        log: ({ line }) => listeners.log(line),
        heartbeat: () => undefined,
      },
    });
    const hear = (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n').filter((text) => text.trim() !== '')) {
        listeners.log(line);
        lastWords.push(line);
        if (lastWords.length > lastWordsKept) lastWords.shift();
      }
    };
    child.stdout?.on('data', (chunk: Buffer) => listeners.log(chunk.toString().trimEnd()));
    child.stderr?.on('data', hear);
    const mine = { child, channel };
    let ended = false;
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      if (living === mine) living = undefined;
      listeners.log(reason);
      channel.close(reason);
    };
    child.on('error', (error) => end(`The trainer could not be started: ${error.message}`));
    // 'close' rather than 'exit': by then its last words have arrived.
    child.on('close', (code, signal) => end(describeExit(code, signal, lastWords)));
    return mine;
  };

  return {
    get busy() {
      return busy;
    },
    get pid() {
      return living?.child.pid;
    },
    async work(name, request) {
      if (busy) throw new Failure('trainer-busy', 'Another run is going on.', {}, 'Wait until it has ended, or stop it.');
      setBusy(true);
      try {
        living ??= start();
        return await living.channel.call(name, request);
      } catch (error) {
        throw error instanceof Failure && error.code === 'channel-closed'
          ? new Failure('trainer-ended', error.message, {}, 'The run’s log tells how far it came; train again to go on.')
          : error;
      } finally {
        setBusy(false);
      }
    },
    async stop(run) {
      await living?.channel.call('stop', run === undefined ? {} : { run });
    },
    dispose() {
      // A trainer that loses its channel stops and keeps its checkpoint.
      living?.channel.close('The window was closed.');
      if (living?.child.connected) living.child.disconnect();
      living = undefined;
    },
  };
}

/** Our environment without what belongs to the editor or its debugger. */
export function trainerEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('VSCODE_'));
  return { ...Object.fromEntries(own), ELECTRON_RUN_AS_NODE: '1' };
}

/** One sentence on how the process ended, with its last words. */
export function describeExit(code: number | null, signal: string | null, lastWords: readonly string[]): string {
  const how = signal ? `was ended by ${signal}${signal === 'SIGKILL' ? ' (often for want of memory)' : ''}` : `ended with exit code ${code}`;
  const words = lastWords.length > 0 ? ` Its last words: ${lastWords.join(' ')}` : '';
  return `The trainer ${how}.${words}`;
}
