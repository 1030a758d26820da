import * as vscode from 'vscode';
import { isActive } from '../../runs/store/runStatus';
import { templateName } from '../../template/read/templateName';
import { endedText } from './statusText';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';

export interface NoticeParts {
  readonly watcher: RunWatcher;
  /** Whether a person sees how the run stands without being told. */
  isSeen(run: WatchedRun): boolean;
  openPage(run: WatchedRun): void;
}

/**
 * Says when a run that this window saw at work has failed, and when runs have ended out of sight: those once, when no other is left.
 * What was stopped was stopped by someone, and needs no words.
 */
export function createRunNotices({ watcher, isSeen, openPage }: NoticeParts): vscode.Disposable {
  let active = new Set<string>();
  let unseen: WatchedRun[] = [];

  const look = () => {
    const { runs } = watcher;
    const ended = runs.filter(({ record }) => active.has(record.id) && !isActive(record));
    active = new Set(runs.filter(({ record }) => isActive(record)).map(({ record }) => record.id));
    for (const run of ended.filter(({ record }) => record.status === 'failed')) sayFailed(run, openPage);
    unseen.push(...ended.filter((run) => run.record.status === 'done' && !isSeen(run)));
    if (active.size > 0 || unseen.length === 0) return;
    sayEnded(unseen, openPage);
    unseen = [];
  };
  const stopListening = watcher.onChange(look);
  look();
  return { dispose: stopListening };
}

function sayFailed(run: WatchedRun, openPage: (run: WatchedRun) => void): void {
  const { record } = run;
  const [open, showLog] = ['Open Run', 'Show Log'];
  const why = record.error?.message ?? 'Its log tells more.';
  void vscode.window
    .showErrorMessage(`${templateName(record.template.path)}, ${record.method}: ${why}`, open, showLog)
    .then((answer) => {
      if (answer === open) openPage(run);
      if (answer === showLog) void vscode.commands.executeCommand('promptTuner.showLog', run);
    });
}

function sayEnded(ended: readonly WatchedRun[], openPage: (run: WatchedRun) => void): void {
  const open = ended.length === 1 ? 'Open Run' : 'Compare';
  void vscode.window.showInformationMessage(endedText(ended.map(({ record }) => record)), open).then((answer) => {
    if (answer === undefined) return;
    if (ended.length === 1) openPage(ended[0]!);
    else void vscode.commands.executeCommand('promptTuner.openComparison', ended[0]);
  });
}
