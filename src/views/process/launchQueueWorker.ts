import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { Failure } from '../../failure';
import { livingTrainer, makeTrainerFolder, trainerLogPath } from '../../runs/queue/trainerFolder';

export interface LaunchOptions {
  /** The trainer's bundle. */
  readonly module: string;
  /** Another Node than the editor's own; empty takes that. */
  readonly nodePath: string;
}

/** A log that has grown beyond this begins anew; the one before is kept beside it. */
const longestLogBytes = 1_000_000;
const pollMilliseconds = 50;
/** The longest that a trainer may take until it holds its lock or has ended. */
const startMilliseconds = 30_000;
/** Lines of the log that explain why a trainer did not come up. */
const lastWordsKept = 5;

/**
 * Starts a trainer that works off the queue of a runs folder by itself: detached, so that it outlives the window, with its words in a log.
 * @returns once it works, or has ended because there was nothing to do or another one is there
 * @throws Failure "trainer-start" when it cannot be started or ends with an error
 */
export async function launchTrainer(runsFolder: string, { module, nodePath }: LaunchOptions): Promise<void> {
  await makeTrainerFolder(runsFolder);
  const logPath = trainerLogPath(runsFolder);
  await rotate(logPath);
  const log = await open(logPath, 'a');
  const ended: { reason?: Failure; code?: number | null } = {};
  try {
    const child = spawn(nodePath || process.execPath, [module, '--serve', runsFolder], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: trainerEnvironment(process.env),
      windowsHide: true,
      cwd: runsFolder,
    });
    child.on('error', (error) => {
      ended.reason = new Failure(
        'trainer-start',
        `The trainer could not be started: ${error.message}.`,
        {},
        nodePath ? 'Correct the setting promptTuner.nodePath.' : undefined,
      );
    });
    child.on('exit', (code, signal) => {
      ended.code = code ?? (signal ? 1 : 0);
    });
    child.unref();
    await comeUp(runsFolder, child.pid, ended);
  } finally {
    await log.close();
  }
}

async function comeUp(
  runsFolder: string,
  pid: number | undefined,
  ended: { readonly reason?: Failure; readonly code?: number | null },
): Promise<void> {
  const end = performance.now() + startMilliseconds;
  while (performance.now() < end) {
    if (ended.reason) throw ended.reason;
    if (ended.code === 0) return;
    if (ended.code !== undefined)
      throw new Failure(
        'trainer-start',
        `The trainer ended with exit code ${ended.code}. ${await lastWords(trainerLogPath(runsFolder))}`,
        { file: trainerLogPath(runsFolder) },
      );
    if (pid !== undefined && (await livingTrainer(runsFolder))?.pid === pid) return;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

async function lastWords(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).trim().split('\n').slice(-lastWordsKept);
  return `Its last words: ${lines.join(' ')}`;
}

async function rotate(path: string): Promise<void> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size > longestLogBytes) await rename(path, `${path}.old`);
}

/** Our environment without what belongs to the editor, its debugger or Electron; under Electron the trainer is told to be plain Node. */
export function trainerEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(
    ([name]) => name !== 'NODE_OPTIONS' && !/^(?:VSCODE|ELECTRON)_/i.test(name),
  );
  return { ...Object.fromEntries(own), ELECTRON_RUN_AS_NODE: '1' };
}
