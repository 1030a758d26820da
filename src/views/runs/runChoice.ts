import type * as vscode from 'vscode';
import { chooseRun, isChosenRuns, leaveRun, type ChosenRuns } from './runColours';

const key = 'promptTuner.chosenRuns';

/** The runs that are chosen for comparison in this workspace; kept over restarts. */
export interface RunChoice {
  readonly chosen: ChosenRuns;
  set(run: string, chosen: boolean): void;
  /** Calls the listener after each change. @returns how to stop that */
  onChange(listener: () => void): () => void;
}

export function createRunChoice(memory: vscode.Memento): RunChoice {
  const listeners = new Set<() => void>();
  const kept: unknown = memory.get(key);
  let chosen: ChosenRuns = isChosenRuns(kept) ? kept : [];
  return {
    get chosen() {
      return chosen;
    },
    set(run, on) {
      const next = on ? chooseRun(chosen, run) : leaveRun(chosen, run);
      if (next === chosen) return;
      chosen = next;
      void memory.update(key, chosen);
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
