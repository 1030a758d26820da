import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { methodIcon } from './methodIcons';
import { givenTitle } from '../../comparison/study/methodText';
import { methodTitles } from '../../words/methodTitles';
import { listed } from '../../words/listed';
import { runTitle } from '../runs/runText';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import { findTemplates, watchTemplates } from '../../editor/templateFiles';
import { dropOnTemplates } from './dropOnTemplates';
import { templatesTree, type TemplatesNode } from './templatesTreeModel';

/** After a file has come or gone; a checkout brings many at once. */
const settlingMilliseconds = 200;

/** The *Templates* view: the `.prompt` files of the workspace with their variants and last results. */
export function createTemplatesTree(watcher: RunWatcher, extensionUri: vscode.Uri): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let paths: Promise<readonly string[]> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const search = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      paths = undefined;
      changed.fire();
    }, settlingMilliseconds);
  };
  const view = vscode.window.createTreeView<TemplatesNode>('promptTuner.templates', {
    showCollapseAll: true,
    dragAndDropController: dropOnTemplates,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (node) => itemOf(node, extensionUri),
      async getChildren(node) {
        if (node) return node.kind === 'template' ? [...node.children] : [];
        paths ??= findTemplates().then(
          (found) => found.map(({ fsPath }) => fsPath),
          () => {
            paths = undefined;
            return [];
          },
        );
        const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
        return [...templatesTree(await paths, watcher.runs, root)];
      },
    },
  });
  let shown: readonly unknown[] = [];
  const stopListening = watcher.onChange(() => {
    // Progress comes several times a second, and shows in the other view.
    const results = watcher.runs
      .filter(({ record }) => record.result)
      .flatMap(({ record, changed = [] }) => [record.result, record.name, record.template.path, changed.length > 0]);
    if (results.length === shown.length && results.every((each, at) => each === shown[at])) return;
    shown = results;
    changed.fire();
  });
  return vscode.Disposable.from(
    view,
    changed,
    watchTemplates(search),
    { dispose: stopListening },
    { dispose: () => clearTimeout(timer) },
  );
}

function itemOf(node: TemplatesNode, extensionUri: vscode.Uri): vscode.TreeItem {
  if (node.kind === 'result') {
    const { run, description } = node;
    const item = new vscode.TreeItem(givenTitle(run.record) ?? methodTitles[run.record.method]);
    item.id = `result ${run.record.id}`;
    item.description = description;
    item.iconPath = methodIcon(run.record.method, extensionUri);
    item.tooltip = resultTooltip(run);
    item.contextValue = run.changed ? 'result.showText' : 'result';
    item.command = { command: 'promptTuner.openRun', title: l10n.t`Open Run`, arguments: [run] };
    return item;
  }
  const { Expanded, Collapsed, None } = vscode.TreeItemCollapsibleState;
  const hasVariants = node.children.some(({ kind }) => kind === 'template');
  const item = new vscode.TreeItem(node.label, hasVariants ? Expanded : node.children.length > 0 ? Collapsed : None);
  const uri = vscode.Uri.file(node.path);
  item.id = `template ${node.path}`;
  item.description = node.description;
  item.tooltip = node.path;
  item.contextValue = node.variant ? 'template.variant' : 'template';
  item.iconPath = vscode.ThemeIcon.File;
  item.resourceUri = uri;
  item.command = { command: 'vscode.open', title: l10n.t`Open Template`, arguments: [uri] };
  return item;
}

function resultTooltip({ record, changed }: WatchedRun): string {
  const since = changed ? l10n.t`Of an older text: ${listed(changed)} changed since.` : '';
  return [runTitle(record), since].filter(Boolean).join('. ');
}
