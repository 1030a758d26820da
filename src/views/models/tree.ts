import * as vscode from 'vscode';
import { listModels, type ModelSummary } from '../../model/open/listModels';
import { modelsTree, type ModelsNode } from './treeModel';
import { modelsInWorkspace } from './workspaceModels';

const icons = {
  embedded: 'package',
  hub: 'cloud',
  ollama: 'device-desktop',
  lmstudio: 'device-desktop',
  'llama.cpp': 'device-desktop',
  folder: 'folder-library',
} as const;

/** The *Models* view, with what else of it the rest of the extension needs. */
export interface ModelsView extends vscode.Disposable {
  /** Looks for models again. */
  refresh(): void;
}

/** The *Models* view: what a template's `model:` can name on this machine. */
export function createModelsTree(): ModelsView {
  const changed = new vscode.EventEmitter<void>();
  let models: Promise<readonly ModelSummary[]> | undefined;
  const refresh = () => {
    models = undefined;
    changed.fire();
  };
  const view = vscode.window.createTreeView<ModelsNode>('promptTuner.models', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: itemOf,
      async getChildren(node) {
        if (node) return node.kind === 'group' ? [...node.children] : [];
        models ??= modelsInWorkspace().then(listModels);
        return [...modelsTree(await models, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '')];
      },
    },
  });
  const parts = vscode.Disposable.from(
    view,
    changed,
    // A download or a new folder shows when the view is next looked at.
    view.onDidChangeVisibility(({ visible }) => visible && refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(refresh),
  );
  return { refresh, dispose: () => parts.dispose() };
}

function itemOf(node: ModelsNode): vscode.TreeItem {
  if (node.kind === 'group') {
    const group = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded);
    group.id = `group ${node.source}`;
    group.iconPath = new vscode.ThemeIcon(icons[node.source]);
    group.contextValue = 'models';
    return group;
  }
  const item = new vscode.TreeItem(node.label);
  item.id = `model ${node.model.id}`;
  item.description = node.description;
  item.iconPath = new vscode.ThemeIcon(node.model.problem === undefined ? 'chip' : 'circle-slash');
  item.contextValue = `model.${node.model.source}`;
  const tooltip = new vscode.MarkdownString();
  for (const [name, value] of node.details)
    tooltip.appendMarkdown(`**${name}**: `).appendText(value).appendMarkdown('  \n');
  item.tooltip = tooltip;
  return item;
}
