import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { statusText } from './statusText';
import type { RunWatcher } from '../runs/runWatcher';

/** One entry in the status bar while runs are active; a click opens the page of the running one. */
export function createRunStatusBar(watcher: RunWatcher): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('promptTuner.runs', vscode.StatusBarAlignment.Left, 0);
  item.name = l10n.t`Prompt Tuner Runs`;
  const show = () => {
    const status = statusText(watcher.runs.map(({ record }) => record));
    if (!status) return item.hide();
    const running = watcher.runs.find(({ record }) => record.status === 'running');
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.accessibilityInformation = { label: status.tooltip };
    item.command = running
      ? { command: 'promptTuner.openRun', title: l10n.t`Open Run`, arguments: [running] }
      : 'promptTuner.runs.focus';
    item.show();
  };
  const stopListening = watcher.onChange(show);
  show();
  return vscode.Disposable.from(item, { dispose: stopListening });
}
