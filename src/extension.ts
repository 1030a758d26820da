import * as vscode from 'vscode';
import { registerDiagnostics } from './editor/diagnostics';
import { createDocumentFacts } from './editor/documentFacts';
import { documentationOf } from './editor/documentation';
import { registerImports } from './editor/importCommands';
import { registerInstructionEdit } from './editor/instructionEdit';
import { registerLanguageFeatures } from './editor/languageFeatures';
import { registerNewTemplate } from './editor/newTemplateCommand';
import { registerQuickFixes } from './editor/quickFixes';
import { openTemplate, registerCommands, showLog, stopRun } from './views/commands';
import { addModel } from './views/addModel';
import { createComparisonPanel } from './views/comparisonPanel';
import { followProviderSetting, setHubToken } from './views/hubAccess';
import { createModelPages } from './views/modelPage';
import { createPreviewPanel } from './views/previewPanel';
import { createRunsTree } from './views/runsTree';
import { watchRuns, type RunWatcher } from './views/runWatcher';
import { runsFolderOf, workspaceRunsFolders } from './views/templateChoice';
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
  const preview = createPreviewPanel(context.extensionUri, {
    watcher,
    predict: (request) => trainer.work('predict', { ...request, runs: runsFolderOf(request.file) }),
  });
  const program = vscode.Uri.joinPath(context.extensionUri, 'dist', 'cli.js').fsPath;
  const modelPages = createModelPages(context.extensionUri, program);
  const modelParts = { program, secrets: context.secrets, log, showModel: modelPages.open };
  const facts = createDocumentFacts(runsFolderOf);
  const findings = registerDiagnostics(facts, documentationOf(context.extensionUri));
  // Results are shown above the template that they are of.
  const stopListening = onResults(watcher, () => findings.checkAgain());
  context.subscriptions.push(
    log, watcher, trainer, panel, preview, facts, findings, { dispose: stopListening },
    registerQuickFixes(findings),
    registerLanguageFeatures(facts),
    registerInstructionEdit(() => watcher.runs.map(({ folder, record }) => ({ id: record.id, folder, template: record.template.path }))),
    registerImports(),
    registerNewTemplate(),
    vscode.commands.registerCommand('promptTuner.openPreview', (selected?: unknown) => preview.open(selected instanceof vscode.Uri ? selected : undefined)),
    modelPages, followProviderSetting(),
    vscode.commands.registerCommand('promptTuner.addModel', (given?: unknown) => addModel(modelParts, given)),
    vscode.commands.registerCommand('promptTuner.showModel', (selected?: unknown) => modelPages.open(selected)),
    vscode.commands.registerCommand('promptTuner.setHubToken', () => setHubToken(context.secrets)),
    createRunsTree(watcher),
    registerCommands({ trainer, watcher, panel, log }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => watcher.refresh()),
  );
  void watcher.refresh();
}

/** Calls the listener when a run has ended with a result, or one has gone. @returns how to stop that */
function onResults(watcher: RunWatcher, listener: () => void): () => void {
  let known = '';
  return watcher.onChange(() => {
    const results = watcher.runs.filter(({ record }) => record.result).map(({ record }) => record.id).join();
    if (results === known) return;
    known = results;
    listener();
  });
}
