import * as vscode from 'vscode';
import { describeRun, isActive, methodNames, templateName } from './runText';
import type { RunWatcher, UnreadableRun, WatchedRun } from './runWatcher';

/** An entry of the tree; commands of its context menu get it as their argument. */
export type RunEntry = WatchedRun | UnreadableRun;

const methodIcons = { hard: 'edit', soft: 'sparkle', v1: 'symbol-structure', v2: 'layers' } as const;

/** The *Runs* view: every run of the workspace, newest first, as its folder tells it. */
export function createRunsTree(watcher: RunWatcher): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const view = vscode.window.createTreeView<RunEntry>('promptTuner.runs', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (entry) => ('record' in entry ? runItem(entry) : unreadableItem(entry)),
      getChildren: (entry) => (entry ? [] : [...watcher.runs, ...watcher.unreadable]),
      getParent: () => undefined,
    },
  });

  const show = () => {
    changed.fire();
    const active = watcher.runs.filter(({ record }) => isActive(record)).length;
    view.badge = active > 0 ? { value: active, tooltip: active === 1 ? 'One run is going on' : `${active} runs are going on` } : undefined;
    void vscode.commands.executeCommand('setContext', 'promptTuner.running', active > 0);
    void vscode.commands.executeCommand('setContext', 'promptTuner.hasRuns', watcher.runs.length > 0);
  };
  const stopListening = watcher.onChange(show);
  show();
  return vscode.Disposable.from(view, changed, { dispose: stopListening });
}

function runItem(run: WatchedRun): vscode.TreeItem {
  const { record } = run;
  const item = new vscode.TreeItem(record.name ?? templateName(record.template.path));
  item.id = record.id;
  item.description = describeRun(record);
  item.iconPath = runIcon(run);
  item.contextValue = isActive(record) ? 'run.active' : 'run.ended';
  item.tooltip = runTooltip(run);
  item.accessibilityInformation = { label: `${String(item.label)}, ${item.description}` };
  item.command = { command: 'promptTuner.openComparison', title: 'Open Comparison', arguments: [run] };
  return item;
}

function runIcon({ record }: WatchedRun): vscode.ThemeIcon {
  if (record.status === 'running') return new vscode.ThemeIcon('loading~spin');
  if (record.status === 'queued') return new vscode.ThemeIcon('clock');
  if (record.status === 'failed') return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (record.status === 'lost') return new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('list.warningForeground'));
  return new vscode.ThemeIcon(methodIcons[record.method]);
}

function runTooltip({ record, folder }: WatchedRun): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Status', record.status === 'lost' ? 'lost: its process has died' : record.status],
    ['Why', record.error?.message],
    ['Method', methodNames[record.method]],
    ['Model', record.model.id],
    ['Started', new Date(record.started ?? record.created).toLocaleString()],
    ['Test', record.result && `${record.result.n} rows of ${record.result.split}`],
    ['Folder', folder],
  ];
  for (const [name, value] of facts) {
    if (value) text.appendText(`${name}: ${value}`).appendMarkdown('  \n');
  }
  return text;
}

function unreadableItem(run: UnreadableRun): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.Uri.file(run.folder));
  item.id = run.folder;
  item.description = 'cannot be read';
  item.tooltip = run.problem;
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = 'unreadable';
  return item;
}
