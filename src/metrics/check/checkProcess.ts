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

/** The process of one check: it is asked one thing at a time, and killed when an answer takes too long. */
export interface CheckProcess {
  /** @param seconds after which it is killed */
  ask(message: object, seconds: number): Promise<CheckReply>;
  readonly isAlive: boolean;
  kill(): void;
}

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
        const timer = setTimeout(() => {
          isAlive = false;
          child.kill('SIGKILL');
          answer({ late: true });
        }, seconds * 1000);
        reply = (said) => {
          clearTimeout(timer);
          child.channel?.unref();
          resolve(said);
        };
        child.channel?.ref();
        child.send(message, (error) => {
          if (error) end(error.message);
        });
      });
    },
    kill: () => {
      isAlive = false;
      child.kill('SIGKILL');
    },
  };
}

export const urlOf = (file: string): string => pathToFileURL(file).href;
