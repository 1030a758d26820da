import { dirname, basename } from 'node:path';
import * as vscode from 'vscode';
import { modelsAtHand, type ModelAtHand } from '../runs/modelsAtHand';
import { modelsTree, type ModelsNode } from './modelsModel';

/** Model folders of a workspace that the view looks into. */
const mostFolders = 100;

const icons = { embedded: 'package', hub: 'cloud', folder: 'folder' } as const;

/** The *Models* view: what a template's `model:` can name on this machine. */
export function createModelsTree(): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let models: Promise<readonly ModelAtHand[]> | undefined;
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
        models ??= modelFolders().then(modelsAtHand);
        return [...modelsTree(await models, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '')];
      },
    },
  });
  const commands: Readonly<Record<string, (node: unknown) => unknown>> = {
    refreshModels: refresh,
    copyModelId: (node) => withModel(node, ({ id }) => vscode.env.clipboard.writeText(id)),
    revealModel: (node) => withModel(node, ({ folder }) => vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder))),
  };
  return vscode.Disposable.from(
    view, changed,
    // A download or a new folder shows when the view is next looked at.
    view.onDidChangeVisibility(({ visible }) => visible && refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(refresh),
    ...Object.entries(commands).map(([name, command]) => vscode.commands.registerCommand(`promptTuner.${name}`, command)),
  );
}

/** Folders of the workspace that hold a graph; other folders are not read while the workspace is not trusted. */
async function modelFolders(): Promise<readonly string[]> {
  if (!vscode.workspace.isTrusted) return [];
  const graphs = await vscode.workspace.findFiles('**/model.onnx', '**/{node_modules,.prompt-tuner}/**', mostFolders).then((found) => found, () => []);
  return [...new Set(graphs.map(({ fsPath }) => dirname(fsPath)).map((folder) => (basename(folder) === 'onnx' ? dirname(folder) : folder)))];
}

function withModel(node: unknown, action: (model: ModelAtHand) => unknown): unknown {
  return typeof node === 'object' && node !== null && 'model' in node ? action(node.model as ModelAtHand) : undefined;
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
  item.id = `model ${node.model.folder}`;
  item.description = node.description;
  item.iconPath = new vscode.ThemeIcon('chip');
  item.contextValue = `model.${node.model.source}`;
  const tooltip = new vscode.MarkdownString();
  for (const [name, value] of node.details) tooltip.appendMarkdown(`**${name}**: `).appendText(value).appendMarkdown('  \n');
  item.tooltip = tooltip;
  return item;
}
