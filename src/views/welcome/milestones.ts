import * as vscode from 'vscode';
import { trains } from '../../runs/record/words/recordWords';
import type { RunRecord } from '../../runs/record/record';
import type { RunWatcher } from '../runs/runWatcher';

/** What completes a step of *Get Started*. */
export type Milestone = 'measured' | 'trained' | 'compared' | 'madeFromData';

/** What has been done since the window was opened, or shows in its runs. */
const reached = new Set<Milestone>();

/** Completes the step of *Get Started* that a milestone is, now or once it is shown. */
export function reach(milestone: Milestone): void {
  reached.add(milestone);
  void pulse(milestone);
}

/** Completes the steps of all that has been done before the walkthrough was there to note it. */
export async function showReached(): Promise<void> {
  for (const milestone of reached) await pulse(milestone);
}

/**
 * A step is completed by the change of a context. What holds already when VS Code first reads the walkthrough completes
 * nothing, and never will, so that the context holds for no longer than it takes to be seen.
 */
async function pulse(milestone: Milestone): Promise<void> {
  for (const value of [true, false])
    await vscode.commands.executeCommand('setContext', `promptTuner.${milestone}`, value);
}

/** The steps that runs show to be done: a hard prompt has been measured, a prompt trained to its result. */
export function milestonesOf(records: readonly Pick<RunRecord, 'method' | 'result'>[]): readonly Milestone[] {
  const measured = records.filter(({ result }) => result);
  return [
    ...(measured.some(({ method }) => method === 'hard') ? (['measured'] as const) : []),
    ...(measured.some(({ method }) => trains(method)) ? (['trained'] as const) : []),
  ];
}

/** Notes what runs show to be done, again whenever another has come to a result. */
export function followMilestones(watcher: RunWatcher): vscode.Disposable {
  let known = 0;
  const stop = watcher.onChange(() => {
    const records = watcher.runs.map(({ record }) => record).filter(({ result }) => result);
    if (records.length === known) return;
    known = records.length;
    for (const milestone of milestonesOf(records)) reach(milestone);
  });
  return { dispose: stop };
}
