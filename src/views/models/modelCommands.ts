import * as vscode from 'vscode';
import type { Command } from '../../editor/registerCommands';
import type { ModelSummary } from '../../model/open/listModels';
import { addModel, type ModelCommandParts } from './addModel';
import { setHubToken } from './hubAccess';
import type { ModelPages } from './panel';
import type { ModelsView } from './tree';

/** The commands that add, show and name models. */
export function modelCommands(
  parts: ModelCommandParts,
  { pages, tree }: { readonly pages: ModelPages; readonly tree: ModelsView },
): readonly Command[] {
  return [
    { id: 'addModel', needsTrust: true, run: (given: unknown) => addModel(parts, given) },
    { id: 'showModel', needsTrust: true, run: (selected: unknown) => pages.open(selected) },
    { id: 'setHubToken', needsTrust: false, run: () => setHubToken(parts.secrets) },
    { id: 'refreshModels', needsTrust: false, run: tree.refresh },
    {
      id: 'copyModelId',
      needsTrust: false,
      run: (node: unknown) => withModel(node, ({ id }) => vscode.env.clipboard.writeText(id)),
    },
    {
      id: 'revealModel',
      needsTrust: false,
      run: (node: unknown) =>
        withModel(node, ({ folder }) => vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder))),
    },
  ];
}

function withModel(node: unknown, action: (model: ModelSummary) => unknown): unknown {
  return typeof node === 'object' && node !== null && 'model' in node ? action(node.model as ModelSummary) : undefined;
}
