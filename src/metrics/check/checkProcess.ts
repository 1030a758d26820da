import * as l10n from '@vscode/l10n';
import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkProgram } from './checkProgram';

/** What the process of a check says. */
export type CheckReply =
  | { readonly loaded: true }
  | { readonly noFunction: true }
  | { readonly score: number; readonly reason?: string }
  /** What the check returned, in words, where it is no score. */
  | { readonly nonsense: string }
  | Thrown
  /** The process is gone. */
  | { readonly ended: string }
  | { readonly late: true };

export interface Thrown {
  readonly thrown: string;
  /** Name of the error, such as `TypeError`. */
  readonly name: string;
  readonly stack: string;
  /** Whether nobody waited for what threw it, so that the process ends. */
  readonly crashed?: true;
}

/** The process of one check: it is asked one thing at a time, and ended when an answer takes too long. */
export interface CheckProcess {
  /** @param seconds of its own that it may compute or wait, whatever else the machine does meanwhile */
  ask(message: object, seconds: number): Promise<CheckReply>;
  readonly isAlive: boolean;
  kill(): void;
}

/**
 * How many times its time a check may take by the clock: on a machine that does twenty other things it computes for a
 * twentieth of it. What waits for a program of its own can be told by nothing else.
 */
const longestDelay = 20;
/** Milliseconds that a timer can be set to. */
const longestTimer = 2 ** 31 - 1;

/** Starts a process for a check, in the folder of its file; nothing is loaded yet. */
export function startCheckProcess(file: string): CheckProcess {
  const child: ChildProcess = spawn(process.execPath, ['-e', checkProgram], {
    cwd: dirname(file),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  });
  let isAlive = true;
  let reply: ((reply: CheckReply) => void) | undefined;
  const answer = (said: CheckReply): void => {
    reply?.(said);
    reply = undefined;
  };
  const end = (ended: string): void => {
    isAlive = false;
    answer({ ended });
  };
  const kill = (): void => {
    isAlive = false;
    child.kill('SIGKILL');
  };
  child.on('message', (said) => {
    const given = said as CheckReply;
    if ('crashed' in given) isAlive = false;
    answer(given);
  });
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(signal === null ? l10n.t`with code ${String(code)}` : l10n.t`by ${signal}`));
  // A process that nobody waits for keeps no other from ending.
  child.unref();
  child.channel?.unref();
  return {
    get isAlive() {
      return isAlive;
    },
    ask: (message, seconds) => {
      if (!isAlive) return Promise.resolve({ ended: l10n.t`before it was asked` });
      return new Promise((resolve) => {
        const asked = performance.now();
        const timer = setTimeout(kill, Math.min(seconds * 1000 * longestDelay, longestTimer));
        reply = (said) => {
          clearTimeout(timer);
          child.channel?.unref();
          // Whatever ended it then: its time was over.
          const isLate = 'ended' in said && performance.now() - asked >= seconds * 1000;
          resolve(isLate ? { late: true } : said);
        };
        child.channel?.ref();
        child.send({ ...message, seconds }, (error) => {
          if (error) end(error.message);
        });
      });
    },
    kill,
  };
}

export const urlOf = (file: string): string => pathToFileURL(file).href;
