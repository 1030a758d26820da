import { dirname, relative, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { yamlText } from '../../template/text/yamlText';
import type { Command } from '../registerCommands';

const id = 'chooseDataFile';

/** Lets a person choose the data file for a path that does not exist, and writes its path into the template. */
export const chooseDataFileCommand: Command = {
  id,
  needsTrust: false,
  run: async (template: vscode.Uri, range: vscode.Range, wanted?: vscode.Uri) => {
    const file = wanted ?? (await askForFile(template));
    if (!file) return;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(template, range, yamlText(relative(dirname(template.fsPath), file.fsPath).split(sep).join('/')));
    await vscode.workspace.applyEdit(edit);
  },
};

/** The command that a quick fix calls. @param range range of the path in the template */
export function chooseDataFile(template: vscode.Uri, range: vscode.Range): vscode.Command {
  return { title: l10n.t`Browse…`, command: `promptTuner.${id}`, arguments: [template, range] };
}

async function askForFile(template: vscode.Uri): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t`Choose the Data File`,
    openLabel: l10n.t`Use`,
    canSelectMany: false,
    defaultUri: vscode.Uri.joinPath(template, '..'),
    filters: { Rows: ['jsonl', 'ndjson', 'json', 'csv', 'tsv'], 'All Files': ['*'] },
  });
  return chosen?.[0];
}
