import { dirname, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { yamlText } from '../template/text/yamlText';

const command = 'promptTuner.chooseDataFile';

/** Lets a person look for the data file that a template names in vain, and writes its path where the name stands. */
export function registerChooseDataFile(): vscode.Disposable {
  return vscode.commands.registerCommand(
    command,
    async (template: vscode.Uri, range: vscode.Range, wanted?: vscode.Uri) => {
      const file = wanted ?? (await askForFile(template));
      if (!file) return;
      const edit = new vscode.WorkspaceEdit();
      edit.replace(template, range, yamlText(relative(dirname(template.fsPath), file.fsPath).split(sep).join('/')));
      await vscode.workspace.applyEdit(edit);
    },
  );
}

/** The command as a click on a quick fix calls it. @param range place of the path in the template */
export function chooseDataFile(template: vscode.Uri, range: vscode.Range): vscode.Command {
  return { title: 'Browse…', command, arguments: [template, range] };
}

async function askForFile(template: vscode.Uri): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Choose the Data File',
    openLabel: 'Use',
    canSelectMany: false,
    defaultUri: vscode.Uri.joinPath(template, '..'),
    filters: { Rows: ['jsonl', 'ndjson', 'json', 'csv', 'tsv'], 'All Files': ['*'] },
  });
  return chosen?.[0];
}
