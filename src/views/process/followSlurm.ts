import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { looksTaken, refreshStates } from '../../cluster/refreshStates';
import { isActive } from '../../runs/store/runStatus';
import type { RunWatcher } from '../runs/runWatcher';

/** How often Slurm is asked of all runs together, by one of the windows that look and not by each. */
const askMilliseconds = 10_000;

/** Keeps what runs with Slurm say up to date while a window looks at them; nothing is asked while none is there. */
export function followSlurm(watcher: RunWatcher, log: vscode.LogOutputChannel): vscode.Disposable {
  /** Looks that were taken when this window last looked, by runs folder. */
  const looks = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let isAsking = false;
  let said = '';

  const ask = async (runsFolder: string) => {
    const taken = await looksTaken(runsFolder);
    const before = looks.get(runsFolder);
    looks.set(runsFolder, taken);
    // Another window, or a command, has looked meanwhile.
    if (before !== undefined && taken > before) return;
    await refreshStates(runsFolder);
    looks.set(runsFolder, await looksTaken(runsFolder));
  };

  const askAll = async () => {
    isAsking = true;
    try {
      for (const runsFolder of foldersWithSlurm(watcher)) await ask(runsFolder);
      said = '';
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (words !== said) log.warn(words);
      said = words;
    } finally {
      isAsking = false;
      arm(askMilliseconds);
      await watcher.refresh();
    }
  };

  const arm = (milliseconds: number) => {
    if (timer !== undefined || isAsking || !vscode.workspace.isTrusted || foldersWithSlurm(watcher).length === 0)
      return;
    timer = setTimeout(() => {
      timer = undefined;
      void askAll();
    }, milliseconds);
  };

  const stopListening = watcher.onChange(() => arm(0));
  arm(0);
  return {
    dispose() {
      stopListening();
      clearTimeout(timer);
    },
  };
}

function foldersWithSlurm({ runs }: RunWatcher): readonly string[] {
  const active = runs.filter(({ record }) => isActive(record) && record.slurm);
  return [...new Set(active.map(({ folder }) => dirname(folder)))];
}
