import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Command } from '../../editor/registerCommands';
import { copyExamples } from '../../workspace/copyExamples';
import { showReached } from './milestones';

const walkthrough = 'prompt-tuner.prompt-tuner#start';

/** The commands that somebody begins with. */
export const welcomeCommands: readonly Command[] = [
  {
    id: 'getStarted',
    needsTrust: false,
    run: async () => {
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
      await showReached();
    },
  },
  { id: 'openExampleWorkspace', needsTrust: false, run: openExampleWorkspace },
];

/** Copies the examples to where a person wants them, and opens them: in this window where it has nothing open. */
async function openExampleWorkspace(given?: unknown): Promise<void> {
  const folder = given instanceof vscode.Uri ? given : await chooseFolder();
  if (!folder) return;
  const copied = vscode.Uri.file(await copyExamples(folder.fsPath));
  const isInUse = (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
  await vscode.commands.executeCommand('vscode.openFolder', copied, { forceNewWindow: isInUse });
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t`Where Do the Examples Go?`,
    openLabel: l10n.t`Copy Examples Here`,
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    defaultUri: vscode.Uri.file(homedir()),
  });
  return chosen?.[0];
}
