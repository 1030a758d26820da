import * as vscode from 'vscode';
import { registerDiagnostics } from './editor/diagnostics';
import { registerQuickFixes } from './editor/quickFixes';
import { openTemplate, registerCommands, showLog, stopRun } from './views/commands';
import { createComparisonPanel } from './views/comparisonPanel';
import { createRunsTree } from './views/runsTree';
import { watchRuns } from './views/runWatcher';
import { workspaceRunsFolders } from './views/templateChoice';
import { createTrainerProcess } from './views/trainerProcess';

/** Builds the services of the extension; nothing is read or started before a view, a command or a document asks for it. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Prompt Tuner', { log: true });
  const watcher = watchRuns(workspaceRunsFolders);
  const trainer = createTrainerProcess(vscode.Uri.joinPath(context.extensionUri, 'dist', 'trainer.js').fsPath, {
    run: () => void watcher.refresh(),
    progress: () => undefined,
    log: (line) => log.info(line),
    busy: (busy) => void vscode.commands.executeCommand('setContext', 'promptTuner.busy', busy),
  });
  const panel = createComparisonPanel(context.extensionUri, watcher, {
    openTemplate,
    showLog,
    stop: (run) => stopRun({ trainer, watcher, panel, log }, run),
    start: (command, template) => void vscode.commands.executeCommand(`promptTuner.${command}`, template),
  });
  const findings = registerDiagnostics();
  context.subscriptions.push(
    log, watcher, trainer, panel, findings,
    registerQuickFixes(findings),
    createRunsTree(watcher),
    registerCommands({ trainer, watcher, panel, log }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => watcher.refresh()),
  );
  void watcher.refresh();
}
