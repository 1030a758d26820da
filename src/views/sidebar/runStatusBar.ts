import * as vscode from 'vscode';
import { statusText } from './statusText';
import type { RunWatcher } from '../runs/runWatcher';

/** One entry in the status bar while runs are at work or wait; a click opens the page of the one at work. */
export function createRunStatusBar(watcher: RunWatcher): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('promptTuner.runs', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Prompt Tuner Runs';
  const show = () => {
    const status = statusText(watcher.runs.map(({ record }) => record));
    if (!status) return item.hide();
    const atWork = watcher.runs.find(({ record }) => record.status === 'running');
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.accessibilityInformation = { label: status.tooltip };
    item.command = atWork
      ? { command: 'promptTuner.openRun', title: 'Open Run', arguments: [atWork] }
      : 'promptTuner.runs.focus';
    item.show();
  };
  const stopListening = watcher.onChange(show);
  show();
  return vscode.Disposable.from(item, { dispose: stopListening });
}
