import * as vscode from 'vscode';
import { limitSteps, stepsOfTyping } from './chat/stepLimit';
import { chooseDataFileCommand } from './editor/commands/chooseDataFile';
import { documentationCommand } from './editor/documentation';
import { importCommands } from './editor/commands/importCommands';
import { instructionCommands, registerInstructionEdit } from './editor/commands/instructionEdit';
import { newTemplateCommand } from './editor/commands/newTemplateCommand';
import { registerCommands } from './editor/registerCommands';
import { registerLanguageModelTools } from './views/agents/languageModelTools';
import { queueCommands } from './views/commands/queueCommands';
import { reportFailure } from './views/commands/reportFailure';
import { runCommands } from './views/commands/runCommands';
import { queuePlan, startCommands } from './views/commands/startCommands';
import { createComparisonPanel } from './views/comparison/panel';
import { addAnswersCommand } from './views/commands/addAnswers';
import { predictCommand } from './views/commands/predictCommand';
import { examplesCommand } from './views/commands/examplesCommand';
import { shareCommands } from './views/commands/shareCommands';
import type { PanelActions } from './views/comparison/page';
import { registerTemplateDiff } from './views/comparison/templateDiff';
import { createEditorModels } from './views/endpoints/editorModels';
import { plansElsewhere } from './views/endpoints/beginRuns';
import { createWithdrawals } from './views/endpoints/withdrawals';
import { withdrawConsent } from './views/endpoints/withdrawConsent';
import { keyCommands } from './views/endpoints/keyCommands';
import { createTextMeasurements } from './views/front/textMeasurements';
import { modelCommands } from './views/models/modelCommands';
import { newFromDataCommand } from './views/newTemplate/command';
import { createModelPages } from './views/models/panel';
import { createModelsTree } from './views/models/tree';
import { logRefusals } from './views/page/pagePanel';
import { createPreviewPanel } from './views/preview/panel';
import { createInspectorProcess } from './views/process/inspectorProcess';
import { createQueueClient } from './cluster/queueClient';
import { trainerSettings } from './views/process/trainerSettings';
import { createRunPages } from './views/run/panel';
import { createRunChoice } from './views/runs/runChoice';
import { watchRuns, type WatchedRun } from './views/runs/runWatcher';
import { runsFolderOf, workspaceRunsFolders } from './views/runs/templateChoice';
import { createServer } from './views/server/server';
import { createRunsTree } from './views/sidebar/runsTree';
import { createTemplatesTree } from './views/sidebar/templatesTree';
import { welcomeCommands } from './views/welcome/commands';
import { useLanguage } from './translations';
import type { SlurmParts } from './views/train/onSlurm';
import { requestsOf } from './views/train/startRuns';
import { createTrainForm } from './views/train/panel';
import { followWindow } from './views/window/followWindow';
import { registerEditor } from './views/window/registerEditor';

/** Builds the services of the extension; each reads and starts what it needs when a view or a command asks. */
export function activate(context: vscode.ExtensionContext): void {
  // Before anything is said.
  useLanguage(vscode.env.language, vscode.l10n.bundle);
  const { extensionUri, workspaceState, secrets } = context;
  limitSteps(stepsOfTyping);
  const log = vscode.window.createOutputChannel('Prompt Tuner', { log: true });
  logRefusals((line) => log.warn(line));
  const [program, module] = ['cli.js', 'trainer.js'].map((name) => bundle(extensionUri, name)) as [string, string];
  const processes = { module, settings: trainerSettings, log: (line: string) => log.info(line) };
  const watcher = watchRuns(workspaceRunsFolders);
  const client = createQueueClient(processes);
  const inspector = createInspectorProcess({
    ...processes,
    editor: createEditorModels(),
    onMeasuring: (news) => measurements.follow(news),
  });
  // What asks models elsewhere trains beside what the pages ask, and ends with the window too.
  const windowTrainer = createInspectorProcess({ ...processes, editor: createEditorModels() });
  const measurements = createTextMeasurements(inspector, () => watcher.refresh());
  const choice = createRunChoice(workspaceState);
  const panel = createComparisonPanel(extensionUri, {
    watcher,
    choice,
    inspector,
    measurements,
    actions: { ...panelActions, openFront: (run) => pages.open(run, 'front') },
  });
  const pages = createRunPages(extensionUri, { watcher, choice, measurements });
  const runsView = createRunsTree(watcher, choice, extensionUri);
  const slurm: SlurmParts = { program, measure: (request) => inspector.work('measure', request) };
  const withdrawals = createWithdrawals();
  const elsewhere = { inspector, trainer: windowTrainer, secrets, memory: workspaceState, withdrawals };
  const form = createTrainForm(extensionUri, {
    start: async (plan) => {
      const { folders, elsewhere: others, ended } = await queuePlan({ client, elsewhere, watcher, slurm }, plan);
      ended.catch(report);
      return folders.length + others;
    },
    measure: (request) => inspector.work('measure', request),
    plan: async (plan) => plansElsewhere({ elsewhere }, await requestsOf(plan, runsFolderOf(plan.file))),
  });
  const preview = createPreviewPanel(extensionUri, {
    watcher,
    predict: (request) => inspector.work('predict', { ...request, runs: runsFolderOf(request.file) }),
  });
  const modelPages = createModelPages(extensionUri, program);
  const modelsView = createModelsTree();
  const server = createServer({ watcher, program });
  const report = (error: unknown) => reportFailure(log, error);
  const commands = registerCommands(
    [
      ...startCommands({ client, watcher, panel, form, slurm, elsewhere, report }),
      ...queueCommands({ client, watcher, elsewhere }),
      ...keyCommands(secrets),
      {
        id: 'forgetEndpointConsent',
        needsTrust: false,
        run: () =>
          withdrawConsent({
            memory: workspaceState,
            withdrawals,
            watcher,
            client,
            processes: [inspector, windowTrainer],
          }),
      },
      ...runCommands({ watcher, choice, panel, program, openPage: (run) => pages.open(run) }),
      ...modelCommands({ program, secrets, log, showModel: modelPages.open }, { pages: modelPages, tree: modelsView }),
      addAnswersCommand({ watcher, panel, inspector }),
      predictCommand({ watcher, program }),
      ...shareCommands({ watcher, program, openPage: (run) => pages.open(run) }),
      examplesCommand(watcher),
      ...server.commands,
      ...importCommands,
      ...instructionCommands,
      newTemplateCommand,
      documentationCommand(extensionUri),
      ...welcomeCommands,
      newFromDataCommand(preview.open),
      chooseDataFileCommand,
      {
        id: 'openPreview',
        needsTrust: false,
        run: preview.open,
      },
    ],
    report,
  );
  context.subscriptions.push(
    log,
    watcher,
    client,
    inspector,
    windowTrainer,
    commands,
    panel,
    preview,
    pages,
    form,
    modelPages,
    server,
    runsView,
    modelsView,
    createTemplatesTree(watcher, extensionUri),
    registerTemplateDiff((id) => watcher.runs.find(({ record }) => record.id === id)),
    registerLanguageModelTools(context.extension.packageJSON, { client, watcher }),
    registerInstructionEdit(() =>
      watcher.runs.map(({ folder, record }) => ({ id: record.id, folder, template: record.template.path })),
    ),
    inNextTurn(() => {
      const isSeen = ({ record }: WatchedRun) => runsView.visible || pages.isSeen(record.id);
      const started = vscode.Disposable.from(
        registerEditor({ watcher, secrets, checkProgram: bundle(extensionUri, 'check.js') }),
        followWindow({ watcher, client, memory: workspaceState, log, isSeen, openPage: (run) => pages.open(run) }),
      );
      // What is read is confined by now.
      void watcher.refresh();
      return started;
    }, report),
  );
}

function bundle(extensionUri: vscode.Uri, name: string): string {
  return vscode.Uri.joinPath(extensionUri, 'dist', name).fsPath;
}

/** Starts what VS Code need not wait for: nobody can ask for it before the extension is there. */
function inNextTurn(start: () => vscode.Disposable, report: (error: unknown) => void): vscode.Disposable {
  let started: vscode.Disposable | undefined;
  const turn = setImmediate(() => {
    try {
      started = start();
    } catch (error) {
      report(error);
    }
  });
  return {
    dispose() {
      clearImmediate(turn);
      started?.dispose();
    },
  };
}

/** What the comparison page asks for is done by commands, behind the same guard as when a menu asks. */
const panelActions: Omit<PanelActions, 'openFront'> = {
  openTemplate: (run) => tell('openTemplate', run),
  showLog: (run) => tell('showLog', run),
  stop: (run) => tell('stop', run),
  // These take as long as a person or a training does.
  resume: (run) => void tell('resume', run),
  trainMoreSeeds: (run, count) => void tell('trainMoreSeeds', run, count),
  applyInstruction: ({ folder, record }: WatchedRun) =>
    void tell('applyInstruction', vscode.Uri.file(record.template.path), folder),
  start: (command, template) => void tell(command, template),
};

async function tell(command: string, ...given: readonly unknown[]): Promise<void> {
  await vscode.commands.executeCommand(`promptTuner.${command}`, ...given);
}
