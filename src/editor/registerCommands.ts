import * as vscode from 'vscode';
import { trainingIsOff, whenTrusted } from './trust';

/** A command of the extension. */
export interface Command {
  /** What comes after `promptTuner.`. */
  readonly id: string;
  /** Whether it starts work, such as a training, another process or a download: Restricted Mode then refuses it. */
  readonly needsTrust: boolean;
  /** Is given what a menu, a page or another extension passes along. */
  readonly run: (...given: never[]) => unknown;
}

/**
 * The only place where commands are registered, each behind the guard that it needs.
 * @param report shows what a command throws, "untrusted" included
 */
export function registerCommands(commands: readonly Command[], report: (error: unknown) => void): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map(({ id, needsTrust, run }) => {
      const work = needsTrust ? whenTrusted(trainingIsOff(), run) : run;
      return vscode.commands.registerCommand(`promptTuner.${id}`, async (...given: readonly unknown[]) => {
        try {
          return await work(...(given as never[]));
        } catch (error) {
          report(error);
          return undefined;
        }
      });
    }),
  );
}
