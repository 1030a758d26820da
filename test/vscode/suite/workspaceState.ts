import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { untilHolds } from '../../support/running/until.mjs';
import { allRuns } from './runs';
import { workspaceFolder } from './window';

/** Texts and bytes of the files of a workspace, by their paths. */
export type WorkspaceFiles = ReadonlyMap<string, Buffer>;

/** The files of the workspace as they are now, without what the extension keeps of runs. */
export function readWorkspace(): WorkspaceFiles {
  return new Map(filePaths().map((path) => [path, readFileSync(path)]));
}

/**
 * Closes all editors and brings files and runs back to what they were. A tree of a window that many tests have written
 * into is longer than what it shows, and what lies outside is not to be read in it.
 */
export async function restoreWorkspace(files: WorkspaceFiles): Promise<void> {
  // What a test has begun may still write or delete files meanwhile.
  await untilHolds('the workspace to be as it was', () => restore(files));
  await vscode.commands.executeCommand('promptTuner.refreshRuns');
}

async function restore(files: WorkspaceFiles): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await vscode.commands.executeCommand('notifications.clearAll');
  for (const { folder } of allRuns()) rmSync(folder, { recursive: true, maxRetries: 3 });
  for (const path of filePaths().filter((each) => !files.has(each))) rmSync(path);
  for (const [path, content] of files) {
    const isAsBefore = statSync(path, { throwIfNoEntry: false })?.isFile() && readFileSync(path).equals(content);
    if (isAsBefore) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function filePaths(): readonly string[] {
  return readdirSync(workspaceFolder(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.includes('.prompt-tuner'));
}
