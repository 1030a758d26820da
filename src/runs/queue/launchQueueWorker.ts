import * as l10n from '@vscode/l10n';
import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { Failure } from '../../failure';
import { languageEnvironment } from '../../translations';
import { livingTrainer, makeTrainerFolder, trainerLogPath } from './trainerFolder';

export interface LaunchOptions {
  /** The trainer's bundle. */
  readonly module: string;
  /** Another Node than the editor's own; empty takes that. */
  readonly nodePath: string;
}

/** A log that has grown beyond this begins again; the one before is kept beside it. */
const longestLogBytes = 1_000_000;
const pollMilliseconds = 50;
/** The longest that a worker may take until it holds its lock or has ended. */
const startMilliseconds = 30_000;
/** Lines of the log that a message on a failed start quotes. */
const keptLines = 5;

/**
 * Starts a process that works off the queue of a runs folder: detached, so that it outlives the window, with a log.
 * @returns once it works, or has ended because there was nothing to do or another one is there
 * @throws Failure "trainer-start" when it cannot be started or ends with an error
 */
export async function launchQueueWorker(runsFolder: string, { module, nodePath }: LaunchOptions): Promise<void> {
  await makeTrainerFolder(runsFolder);
  const logPath = trainerLogPath(runsFolder);
  await rotateLog(logPath);
  const log = await open(logPath, 'a');
  try {
    const child = spawn(nodePath || process.execPath, [module, '--serve', runsFolder], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: childEnvironment(process.env),
      windowsHide: true,
      cwd: runsFolder,
    });
    const end = followEnd(child, nodePath);
    child.unref();
    await waitForStart(runsFolder, child.pid, end);
  } finally {
    await log.close();
  }
}

/** How a worker has ended, as far as it has. */
interface WorkerEnd {
  readonly failure?: Failure;
  readonly code?: number;
}

function followEnd(child: ChildProcess, nodePath: string): () => WorkerEnd {
  let end: WorkerEnd = {};
  child.on('error', (error) => {
    const remedy = nodePath ? l10n.t`Correct the setting promptTuner.nodePath.` : undefined;
    end = {
      failure: new Failure('trainer-start', l10n.t`The trainer could not be started: ${error.message}.`, {}, remedy),
    };
  });
  child.on('exit', (code, signal) => {
    end = { ...end, code: code ?? (signal ? 1 : 0) };
  });
  return () => end;
}

async function waitForStart(runsFolder: string, pid: number | undefined, ended: () => WorkerEnd): Promise<void> {
  const latest = performance.now() + startMilliseconds;
  while (performance.now() < latest) {
    const { failure, code } = ended();
    if (failure) throw failure;
    if (code === 0) return;
    if (code !== undefined) throw await failedStart(runsFolder, code);
    if (pid !== undefined && (await livingTrainer(runsFolder))?.pid === pid) return;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

async function failedStart(runsFolder: string, code: number): Promise<Failure> {
  const path = trainerLogPath(runsFolder);
  const lines = (await readFile(path, 'utf8').catch(() => '')).trim().split('\n').slice(-keptLines);
  return new Failure(
    'trainer-start',
    l10n.t`The trainer ended with exit code ${code}. Last output: ${lines.join(' ')}`,
    {
      file: path,
    },
  );
}

async function rotateLog(path: string): Promise<void> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size > longestLogBytes) await rename(path, `${path}.old`);
}

/**
 * Our environment without what belongs to the editor, its debugger or Electron, which then runs as plain Node; and the
 * language of the window.
 */
export function childEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(
    ([name]) => name !== 'NODE_OPTIONS' && !/^(?:VSCODE|ELECTRON)_/i.test(name),
  );
  return { ...Object.fromEntries(own), ...languageEnvironment(), ELECTRON_RUN_AS_NODE: '1' };
}
