import * as vscode from 'vscode';
import { registerDiagnostics } from './editor/diagnostics';
import { createDocumentContexts } from './editor/documentContexts';
import { documentationOf } from './editor/documentation';
import { registerImports } from './editor/importCommands';
import { registerInstructionEdit } from './editor/instructionEdit';
import { registerLanguageFeatures } from './editor/languageFeatures';
import { registerNewTemplate } from './editor/newTemplateCommand';
import { registerQuickFixes } from './editor/quickFixes';
import {
  openTemplate,
  queuePlan,
  registerCommands,
  report,
  requireTrust,
  showLog,
  stopRun,
} from './views/commands/startCommands';
import { addModel } from './views/models/addModel';
import { createComparisonPanel } from './views/comparison/panel';
import { exportRun } from './views/commands/exportCommand';
import { trainerEnvironment } from './views/process/launchQueueWorker';
import { createModelsTree } from './views/models/tree';
import { followProviderSetting, setHubToken } from './views/models/hubAccess';
import { createModelPages } from './views/models/panel';
import { logRefusals } from './views/page/pagePanel';
import { createPreviewPanel } from './views/preview/panel';
import { followRuns } from './views/process/lostRuns';
import { createRunChoice } from './views/runs/runChoice';
import { registerRunCommands } from './views/commands/runCommands';
import { createRunNotices } from './views/sidebar/runNotices';
import { createRunPages } from './views/run/panel';
import { createRunsTree } from './views/sidebar/runsTree';
import { createRunStatusBar } from './views/sidebar/runStatusBar';
import { createTemplatesTree } from './views/sidebar/templatesTree';
import { createTrainForm } from './views/train/panel';
import { watchRuns, type RunWatcher } from './views/runs/runWatcher';
import { runsFolderOf, workspaceRunsFolders } from './views/runs/templateChoice';
import { registerTemplateDiff } from './views/comparison/templateDiff';
import { createTrainerClient } from './views/process/queueClient';
import { createTrainerProcess } from './views/process/inspectorProcess';
import { confineEditor, trainerSettings } from './views/process/trainerSettings';

/** Builds the services of the extension; nothing is read or started before a view, a command or a document asks for it. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Prompt Tuner', { log: true });
  const watcher = watchRuns(workspaceRunsFolders);
  const trainerModule = vscode.Uri.joinPath(context.extensionUri, 'dist', 'trainer.js').fsPath;
  const say = (line: string) => log.info(line);
  logRefusals((line) => log.warn(line));
  const client = createTrainerClient({ module: trainerModule, settings: trainerSettings, log: say });
  const trainer = createTrainerProcess({ module: trainerModule, settings: trainerSettings, log: say });
  const choice = createRunChoice(context.workspaceState);
  const panel = createComparisonPanel(context.extensionUri, {
    watcher,
    choice,
    inspector: trainer,
    actions: {
      openTemplate,
      showLog,
      stop: (run) => stopRun({ client, watcher, log }, run),
      resume: (run) => void vscode.commands.executeCommand('promptTuner.resume', run),
      applyInstruction: ({ folder, record }) =>
        void vscode.commands.executeCommand(
          'promptTuner.applyInstruction',
          vscode.Uri.file(record.template.path),
          folder,
        ),
      start: (command, template) => void vscode.commands.executeCommand(`promptTuner.${command}`, template),
    },
  });
  const pages = createRunPages(context.extensionUri, watcher, choice);
  const tree = createRunsTree(watcher, choice, context.extensionUri);
  const form = createTrainForm(context.extensionUri, {
    start: async (plan) => (await queuePlan({ client, watcher }, plan)).length,
    measure: (request) => trainer.work('measure', request),
  });
  const preview = createPreviewPanel(context.extensionUri, {
    watcher,
    predict: (request) => trainer.work('predict', { ...request, runs: runsFolderOf(request.file) }),
  });
  const program = vscode.Uri.joinPath(context.extensionUri, 'dist', 'cli.js').fsPath;
  const modelPages = createModelPages(context.extensionUri, program);
  const modelParts = { program, secrets: context.secrets, log, showModel: modelPages.open };
  const templateContexts = createDocumentContexts(runsFolderOf);
  const findings = registerDiagnostics(templateContexts, documentationOf(context.extensionUri));
  // Results are shown above the template that they are of.
  const stopListening = onResults(watcher, () => findings.checkAgain());
  context.subscriptions.push(
    log,
    watcher,
    client,
    trainer,
    panel,
    preview,
    templateContexts,
    findings,
    { dispose: stopListening },
    registerQuickFixes(findings),
    registerLanguageFeatures(templateContexts),
    registerInstructionEdit(() =>
      watcher.runs.map(({ folder, record }) => ({ id: record.id, folder, template: record.template.path })),
    ),
    registerImports(),
    registerNewTemplate(),
    vscode.commands.registerCommand('promptTuner.openPreview', (selected?: unknown) =>
      preview.open(selected instanceof vscode.Uri ? selected : undefined),
    ),
    registerTemplateDiff((id) => watcher.runs.find(({ record }) => record.id === id)),
    tree,
    pages,
    form,
    createTemplatesTree(watcher, context.extensionUri),
    createModelsTree(),
    createRunStatusBar(watcher),
    createRunNotices({
      watcher,
      isSeen: ({ record }) => tree.visible || pages.isSeen(record.id),
      openPage: (run) => pages.open(run),
    }),
    registerCommands({ client, watcher, panel, form, log }),
    registerRunCommands({
      watcher,
      choice,
      openPage: (run) => pages.open(run),
      export: async (run) =>
        void (
          requireTrust() &&
          (await exportRun(run, {
            cli: vscode.Uri.joinPath(context.extensionUri, 'dist', 'cli.js').fsPath,
            environment: trainerEnvironment(process.env),
          }))
        ),
      report: (error) => report(log, error),
    }),
    followRuns({ watcher, client, memory: context.workspaceState, log }),
    confineEditor(() => findings.checkAgain()),
    modelPages,
    followProviderSetting(),
    vscode.commands.registerCommand('promptTuner.addModel', (given?: unknown) => addModel(modelParts, given)),
    vscode.commands.registerCommand('promptTuner.showModel', (selected?: unknown) => modelPages.open(selected)),
    vscode.commands.registerCommand('promptTuner.setHubToken', () => setHubToken(context.secrets)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => watcher.refresh()),
  );
  void watcher.refresh();
}

/** Calls the listener when a run has ended with a result, or one has gone. @returns how to stop that */
function onResults(watcher: RunWatcher, listener: () => void): () => void {
  let known = '';
  return watcher.onChange(() => {
    const results = watcher.runs
      .filter(({ record }) => record.result)
      .map(({ record }) => record.id)
      .join();
    if (results === known) return;
    known = results;
    listener();
  });
}
