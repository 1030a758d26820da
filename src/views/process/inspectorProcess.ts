import type { ChildProcess } from 'node:child_process';
import * as l10n from '@vscode/l10n';
import type { Infer } from '../../channel/guards';
import { Failure } from '../../failure';
import type { EditorAnswer } from '../../endpoint/editorQuestion';
import { openChannel, type Channel, type RequestOf, type ResultOf } from '../../channel/messageChannel';
import { processTransport } from '../../channel/processTransport';
import { editorSide, protocolVersion, inspectorSide, type WorkCalls } from '../../inspection/trainerContract';
import { forkTrainer } from '../../runs/queue/forkTrainer';

/** The process that inspects runs and asks models for a window, and ends with it. Runs belong to the queue worker. */
export interface InspectorProcess {
  /** The process as the system knows it; undefined while there is none. */
  readonly pid: number | undefined;
  /**
   * Starts the process if need be and lets it work.
   * @throws Failure "trainer-ended" when the process ends meanwhile, or whatever it throws itself
   */
  work<K extends keyof WorkCalls>(name: K, request: RequestOf<WorkCalls, K>): Promise<ResultOf<WorkCalls, K>>;
  /** Ends what is being worked on; nothing happens without a process. */
  stop(): Promise<void>;
  dispose(): void;
}

export interface InspectorProcessOptions {
  /** The bundle that is forked. */
  readonly module: string;
  /** What holds now. */
  readonly settings: () => InspectorSettings;
  readonly log: (line: string) => void;
  /** The language models of the window; without them it has none. */
  readonly editor?: EditorModels;
  /** Hears how far the measurement of a text is. */
  readonly onMeasuring?: (news: MeasuringNews) => void;
}

/** How far the measurement of a text of a run's front is, in rows. */
export type MeasuringNews = Infer<(typeof inspectorSide)['events']['measuring']>;

/** What a window does for the process: asks a language model, and lets go of what is no longer wanted. */
export interface EditorModels {
  ask(request: RequestOf<typeof editorSide.calls, 'askEditor'>): Promise<EditorAnswer>;
  letGo(question: { readonly id: number }): void;
}

const noModels: EditorModels = {
  ask: () => Promise.resolve({ refusal: { code: 'NotFound', message: '' } }),
  letGo: () => undefined,
};

export interface InspectorSettings {
  /** Another Node than the editor's own; empty takes that. */
  readonly nodePath: string;
  readonly threads: number;
  /** Folders that templates may read; any where it is absent. */
  readonly within?: readonly string[];
}

interface Started {
  readonly child: ChildProcess;
  readonly channel: Channel<typeof editorSide, typeof inspectorSide>;
}

/** Lines of stderr that the message on an end quotes. */
const keptLines = 5;

/** Forks the process upon the first question, and again after it has ended. */
export function createInspectorProcess({
  module,
  settings,
  log,
  editor = noModels,
  onMeasuring = () => undefined,
}: InspectorProcessOptions): InspectorProcess {
  let started: Started | undefined;

  const start = (): Started => {
    const child = forkTrainer(module, [], { ...settings(), output: 'pipe' });
    const channel = openInspectorChannel(child, { log, editor, onMeasuring });
    const mine = { child, channel };
    followChild(child, log, (reason) => {
      if (started === mine) started = undefined;
      log(reason);
      channel.close(reason);
    });
    return mine;
  };

  return {
    get pid() {
      return started?.child.pid;
    },
    async work(name, request) {
      const { channel } = (started ??= start());
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
      await started?.channel.call('stop', {});
    },
    dispose() {
      started?.channel.close(l10n.t`The window was closed.`);
      if (started?.child.connected) started.child.disconnect();
      started = undefined;
    },
  };
}

function openInspectorChannel(
  child: ChildProcess,
  { log, editor, onMeasuring }: Required<Pick<InspectorProcessOptions, 'log' | 'editor' | 'onMeasuring'>>,
): Channel<typeof editorSide, typeof inspectorSide> {
  return openChannel({
    transport: processTransport(child),
    local: editorSide,
    handlers: { askEditor: (request) => editor.ask(request) },
    remote: inspectorSide,
    listeners: {
      ready: ({ version }) => {
        if (version === protocolVersion) return;
        log(
          l10n.t`The trainer has version ${version} of the protocol, the extension version ${protocolVersion}. Build \
or install Prompt Tuner again.`,
        );
        child.kill();
      },
      log: ({ line }) => log(line),
      letGo: (question) => editor.letGo(question),
      measuring: onMeasuring,
    },
    onRefused: log,
  });
}

/** Logs what the process writes. @param onEnd called once, with a sentence on how it ended */
function followChild(child: ChildProcess, log: (line: string) => void, onEnd: (reason: string) => void): void {
  let lastLines: readonly string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => log(chunk.toString().trimEnd()));
  child.stderr?.on('data', (chunk: Buffer) => {
    const lines = chunk
      .toString()
      .split('\n')
      .filter((text) => text.trim() !== '');
    lines.forEach(log);
    lastLines = [...lastLines, ...lines].slice(-keptLines);
  });
  let ended = false;
  const end = (reason: string) => {
    if (!ended) onEnd(reason);
    ended = true;
  };
  child.on('error', (error) => end(l10n.t`The trainer could not be started: ${error.message}`));
  // 'close' rather than 'exit': by then its last lines have arrived.
  child.on('close', (code, signal) => end(describeExit(code, signal, lastLines)));
}

/** One sentence on how the process ended, with the last that it wrote. */
export function describeExit(code: number | null, signal: string | null, lastLines: readonly string[]): string {
  const end = exitText(code, signal);
  return lastLines.length > 0 ? l10n.t`${end} Last output: ${lastLines.join(' ')}` : end;
}

function exitText(code: number | null, signal: string | null): string {
  if (signal === 'SIGKILL') return l10n.t`The trainer was ended by ${signal} (often because memory ran out).`;
  return signal
    ? l10n.t`The trainer was ended by ${signal}.`
    : l10n.t`The trainer ended with exit code ${String(code)}.`;
}
