import * as vscode from 'vscode';

const section = 'promptTuner';

/** Settings that switch additions to the text of a template on and off. */
export type EditorSwitch = 'codeLens' | 'inlayHints';

export function isOn(name: EditorSwitch, document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration(section, document).get(name, true);
}

/** Calls the listener when the setting has changed. */
export function onSetting(name: EditorSwitch, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(`${section}.${name}`)) listener();
  });
}
