import { join } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../failure';
import type { Method } from '../template/settings';
import type { ComparisonPanel } from './comparisonPanel';
import { exportReport } from './exportReport';
import { methodsGiven, pickMethods, pickTrainedMethod } from './methodChoice';
import { isActive, describeRun, templateName } from './runText';
import type { RunWatcher, WatchedRun } from './runWatcher';
import { chooseTemplate, runsFolderOf } from './templateChoice';
import type { TrainerProcess } from './trainerProcess';

export interface CommandParts {
  readonly trainer: TrainerProcess;
  readonly watcher: RunWatcher;
  readonly panel: ComparisonPanel;
  readonly log: vscode.LogOutputChannel;
}

/** Registers the commands that start, stop and show runs. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { watcher, panel } = parts;
  const commands: Readonly<Record<string, (selected?: unknown, more?: unknown) => unknown>> = {
    evaluateHard: (selected) => onTemplate(parts, selected, (file, runs) => parts.trainer.work('evaluate', { file, method: 'hard', runs })),
    trainSoft: (selected) => train(parts, selected, 'soft'),
    trainV1: (selected) => train(parts, selected, 'v1'),
    trainV2: (selected) => train(parts, selected, 'v2'),
    train: async (selected) => {
      const method = await pickTrainedMethod();
      if (method) await train(parts, selected, method);
    },
    compare: async (selected, more) => {
      const methods = methodsGiven(more) ?? await pickMethods();
      if (methods) await onTemplate(parts, selected, (file, runs) => {
        panel.open(file);
        return parts.trainer.work('compare', { file, methods, runs });
      });
    },
    stop: async (selected) => {
      const run = runOf(selected) ?? await pickRun(watcher.runs.filter(({ record }) => isActive(record)), 'Which run is to stop?');
      if (run) await stopRun(parts, run);
    },
    showLog: async (selected) => {
      const run = runOf(selected) ?? await pickRun(watcher.runs, 'Whose log?');
      if (run) await showLog(run);
    },
    openComparison: (selected) => panel.open(selected instanceof vscode.Uri ? selected.fsPath : runOf(selected)?.record.template.path),
    exportReport: (selected, more) => exportReport({ watcher, program: join(__dirname, 'cli.js') }, selected, more).catch((error: unknown) => report(parts.log, error)),
    openTemplate: async (selected) => {
      const run = runOf(selected);
      if (run) await openTemplate(run);
    },
    refreshRuns: () => watcher.refresh(),
  };
  return vscode.Disposable.from(...Object.entries(commands).map(([name, command]) =>
    vscode.commands.registerCommand(`promptTuner.${name}`, command)));
}

/** Opens a run's log as a document, so that it can be searched and kept. */
export async function showLog({ folder }: WatchedRun): Promise<void> {
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(join(folder, 'log.txt')), { preview: true });
  } catch {
    void vscode.window.showInformationMessage('This run has written no log yet.');
  }
}

/** Opens the template that a run was made from, as it is now. */
export async function openTemplate({ record }: WatchedRun): Promise<void> {
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(record.template.path), { preview: true });
  } catch {
    const document = await vscode.workspace.openTextDocument({ language: 'dotprompt', content: record.template.text });
    await vscode.window.showTextDocument(document);
    void vscode.window.showInformationMessage(`${record.template.path} is gone; this is the text that the run was made from.`);
  }
}

/** Asks whoever works on the run to stop: our trainer, or another process by an interrupt, as from a terminal. */
export async function stopRun({ trainer, watcher, log }: CommandParts, { record }: WatchedRun): Promise<void> {
  try {
    const pid = record.process?.pid;
    if (trainer.pid !== undefined && (pid === undefined || pid === trainer.pid)) await trainer.stop(record.id);
    else if (pid !== undefined && record.status === 'running') process.kill(pid, 'SIGINT');
  } catch (error) {
    report(log, error);
  }
  await watcher.refresh();
}

function train(parts: CommandParts, selected: unknown, method: Exclude<Method, 'hard'>): Promise<void> {
  return onTemplate(parts, selected, (file, runs) => parts.trainer.work('train', { file, method, set: {}, runs }));
}

/** Runs a piece of work on the template meant, reports how it failed if it did. */
async function onTemplate(parts: CommandParts, selected: unknown, work: (file: string, runs: string) => Promise<unknown>): Promise<void> {
  const { trainer, watcher, log } = parts;
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage('Training is off in Restricted Mode.', 'Manage Workspace Trust')
      .then((answer) => answer && vscode.commands.executeCommand('workbench.trust.manage'));
    return;
  }
  if (trainer.busy) {
    void vscode.window.showInformationMessage('Another run is going on. Wait until it has ended, or stop it.', 'Stop It')
      .then((answer) => answer && vscode.commands.executeCommand('promptTuner.stop'));
    return;
  }
  const file = await chooseTemplate(selected);
  if (!file) return;
  void vscode.commands.executeCommand('promptTuner.runs.focus', { preserveFocus: true });
  try {
    await vscode.window.withProgress({ location: { viewId: 'promptTuner.runs' } }, () => work(file, runsFolderOf(file)));
  } catch (error) {
    report(log, error);
  } finally {
    await watcher.refresh();
  }
}

/** An error as one sentence with its remedy, at its place; never a stack trace. */
function report(log: vscode.LogOutputChannel, error: unknown): void {
  const failure = error instanceof Failure ? error : new Failure('unexpected', error instanceof Error ? error.message : String(error));
  log.error(`${failure.message} [${failure.code}]`);
  const { file, line = 1, column = 1 } = failure.place;
  const goTo = 'Go to Place';
  const openLog = 'Show Log';
  const text = [failure.message, failure.remedy].filter(Boolean).join(' ');
  void vscode.window.showErrorMessage(text, ...(file ? [goTo] : []), openLog).then(async (answer) => {
    if (answer === openLog) log.show();
    if (answer !== goTo || !file) return;
    const position = new vscode.Position(line - 1, column - 1);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
  });
}

function runOf(selected: unknown): WatchedRun | undefined {
  return typeof selected === 'object' && selected !== null && 'record' in selected ? selected as WatchedRun : undefined;
}

async function pickRun(runs: readonly WatchedRun[], question: string): Promise<WatchedRun | undefined> {
  if (runs.length <= 1) return runs[0];
  const items = runs.map((run) => ({ label: templateName(run.record.template.path), description: describeRun(run.record), detail: run.record.id, run }));
  return (await vscode.window.showQuickPick(items, { placeHolder: question, matchOnDescription: true, matchOnDetail: true }))?.run;
}
