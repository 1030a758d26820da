import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { allowModelFolders, confineReading } from '../../fileAccess';
import type { TrainerSettings } from '../../runs/queue/trainerFolder';
import { promptTunerVersion } from '../../runs/record/versions';

/** The user's settings for inspector and queue worker, as they are now. */
export function trainerSettings(): TrainerSettings & { readonly nodePath: string } {
  const settings = vscode.workspace.getConfiguration('promptTuner');
  return {
    version: promptTunerVersion,
    nodePath: settings.get('nodePath', ''),
    threads: settings.get('threads', 0),
    parallelRuns: settings.get('parallelRuns', 1),
    whenClosed: settings.get('whenClosed', 'continue'),
    ...(!settings.get('allowOutsideWorkspace', false) && { within: readableFolders() }),
  };
}

/** What is done about runs whose process has died. */
export function lostRunsSetting(): 'ask' | 'resume' {
  return vscode.workspace.getConfiguration('promptTuner').get('lostRuns', 'ask');
}

/** The folders that are open, and those of templates that are open without one. */
function readableFolders(): readonly string[] {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  const alone = vscode.workspace.textDocuments
    .filter(
      ({ uri, languageId }) =>
        uri.scheme === 'file' && languageId === 'dotprompt' && !vscode.workspace.getWorkspaceFolder(uri),
    )
    .map(({ uri }) => dirname(uri.fsPath));
  return [...new Set([...folders, ...alone])];
}

/**
 * Keeps templates from making the editor's own process read outside the workspace, now and after each change of folders
 * or settings.
 */
export function confineEditor(onChange: () => void): vscode.Disposable {
  const confine = () => confineReading(trainerSettings().within);
  confine();
  allowModelFolders(vscode.workspace.isTrusted);
  return vscode.Disposable.from(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      allowModelFolders(true);
      onChange();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(confine),
    vscode.workspace.onDidOpenTextDocument(confine),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration('promptTuner.allowOutsideWorkspace')) return;
      confine();
      onChange();
    }),
  );
}
