import * as l10n from '@vscode/l10n';
import { append } from '../../lists';
import * as vscode from 'vscode';
import { isActive } from '../../runs/store/runStatus';
import { endedText, failedText } from './statusText';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';

export interface NoticeParts {
  readonly watcher: RunWatcher;
  /** Whether the run is in sight, so that no message is needed. */
  isSeen(run: WatchedRun): boolean;
  openPage(run: WatchedRun): void;
}

/**
 * Shows a message when runs that this window saw active have failed, and once when no run is active any more and some
 * have finished out of sight. A run that was stopped was stopped by someone, and needs none.
 */
export function createRunNotices({ watcher, isSeen, openPage }: NoticeParts): vscode.Disposable {
  let active = new Set<string>();
  let unseen: WatchedRun[] = [];

  const look = () => {
    const { runs } = watcher;
    const ended = runs.filter(({ record }) => active.has(record.id) && !isActive(record));
    active = new Set(runs.filter(({ record }) => isActive(record)).map(({ record }) => record.id));
    const failed = ended.filter(({ record }) => record.status === 'failed');
    if (failed.length > 0) showFailed(failed, openPage);
    append(
      unseen,
      ended.filter((run) => run.record.status === 'done' && !isSeen(run)),
    );
    if (active.size > 0 || unseen.length === 0) return;
    showFinished(unseen, openPage);
    unseen = [];
  };
  const stopListening = watcher.onChange(look);
  look();
  return { dispose: stopListening };
}

function showFailed(failed: readonly WatchedRun[], openPage: (run: WatchedRun) => void): void {
  const [openRun, showLog, learnMore] = [l10n.t`Open Run`, l10n.t`Show Log`, l10n.t`Learn More`];
  const [first, ...others] = failed;
  const buttons = others.length === 0 ? [openRun, showLog, learnMore] : [showLog];
  void vscode.window.showErrorMessage(failedText(failed.map(({ record }) => record)), ...buttons).then((answer) => {
    if (answer === openRun) openPage(first!);
    if (answer === learnMore) void vscode.commands.executeCommand('promptTuner.learnMore', first);
    // Of several, the person chooses.
    if (answer === showLog)
      void vscode.commands.executeCommand('promptTuner.showLog', others.length === 0 ? first : undefined);
  });
}

function showFinished(ended: readonly WatchedRun[], openPage: (run: WatchedRun) => void): void {
  const open = ended.length === 1 ? l10n.t`Open Run` : l10n.t`Compare`;
  void vscode.window.showInformationMessage(endedText(ended.map(({ record }) => record)), open).then((answer) => {
    if (answer === undefined) return;
    if (ended.length === 1) openPage(ended[0]!);
    else void vscode.commands.executeCommand('promptTuner.openComparison', ended[0]);
  });
}
