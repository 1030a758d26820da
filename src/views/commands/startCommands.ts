import { join } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../../failure';
import { moveInQueue } from '../../runs/queue/queue';
import { knownFailure } from '../../classifyError';
import type { RunRecord } from '../../runs/store/record';
import type { Method } from '../../template/settings/settings';
import type { ComparisonPanel } from '../comparison/panel';
import { exportReport } from '../comparison/exportReportCommand';
import { methodsGiven, pickMethods } from '../train/methodChoice';
import { pickRun, runOf } from '../runs/runSelection';
import { isActive } from '../runs/runText';
import { continuationOf, isTrainingChoice, planOf, requestsOf, valuesOf, type TrainingPlan } from '../train/startRuns';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import { chooseTemplate, runsFolderOf, templateOf, workspaceRunsFolders } from '../runs/templateChoice';
import { failureOfRun, type TrainerClient } from '../process/queueClient';
import type { TrainForm } from '../train/panel';
import { askTraining } from '../train/wizard';

export interface CommandParts {
  readonly client: TrainerClient;
  readonly watcher: RunWatcher;
  readonly panel: ComparisonPanel;
  readonly form: Pick<TrainForm, 'open'>;
  readonly log: vscode.LogOutputChannel;
}

/** Registers the commands that start, stop and show runs. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { watcher, panel } = parts;
  const commands: Readonly<Record<string, (selected?: unknown, more?: unknown) => unknown>> = {
    evaluateHard: (selected) =>
      onTemplate(parts, selected, async (file, runs) => [
        await parts.client.train({ file, method: 'hard', set: {}, runs }),
      ]),
    trainSoft: (selected) => train(parts, selected, 'soft'),
    trainV1: (selected) => train(parts, selected, 'v1'),
    trainV2: (selected) => train(parts, selected, 'v2'),
    train: async (selected, more) => {
      if (isTrainingChoice(more)) return onTemplate(parts, selected, (file) => queuePlan(parts, { ...more, file }));
      await guarded(parts, async () => {
        const outcome = await askTraining(selected);
        if (outcome?.kind === 'form') parts.form.open({ file: outcome.plan.file, values: valuesOf(outcome.plan) });
        if (outcome?.kind === 'start') await onTemplate(parts, outcome.plan.file, () => queuePlan(parts, outcome.plan));
      });
    },
    trainForm: async (selected) => {
      const file = await chooseTemplate(selected);
      if (file !== undefined) parts.form.open({ file });
    },
    trainAgain: async (selected) => {
      const run =
        runOf(selected) ??
        (await pickRun(
          watcher.runs.filter(({ record }) => record.method !== 'hard'),
          'Which training is to be made again?',
        ));
      if (run) await onTemplate(parts, run.record.template.path, () => queuePlan(parts, planOf(run)));
    },
    continueRun: async (selected) => {
      const run =
        runOf(selected) ??
        (await pickRun(
          watcher.runs.filter(({ record }) => record.method !== 'hard' && record.status === 'done'),
          'Which run’s vectors are to start from?',
        ));
      if (run)
        await guarded(parts, async () => {
          const plan = continuationOf(run);
          parts.form.open({ file: plan.file, values: valuesOf(plan), initFrom: plan.initFrom });
        });
    },
    compare: async (selected, more) => {
      const methods = methodsGiven(more) ?? (await pickMethods());
      if (methods)
        await onTemplate(parts, selected, (file, runs) => {
          panel.open(file);
          return parts.client.compare({ file, methods, runs });
        });
    },
    resume: async (selected) => {
      if (!requireTrust()) return;
      const run =
        runOf(selected) ??
        (await pickRun(
          watcher.runs.filter(({ record }) => isResumable(record)),
          'Which run is to go on?',
        ));
      if (run) await change(parts, () => parts.client.resume(run.folder));
    },
    pause: async (selected) => {
      const run =
        runOf(selected) ??
        (await pickRun(
          watcher.runs.filter(({ record }) => isActive(record)),
          'Which run is to wait?',
        ));
      if (run) await change(parts, () => parts.client.pause(run.folder));
    },
    moveUp: (selected) => moveRun(parts, selected, 'up'),
    moveDown: (selected) => moveRun(parts, selected, 'down'),
    pauseQueue: () => changeQueues(parts, true),
    continueQueue: () => (requireTrust() ? changeQueues(parts, false) : undefined),
    stop: async (selected) => {
      const run =
        runOf(selected) ??
        (await pickRun(
          watcher.runs.filter(({ record }) => isActive(record)),
          'Which run is to stop?',
        ));
      if (run) await stopRun(parts, run);
    },
    showLog: async (selected) => {
      const run = runOf(selected) ?? (await pickRun(watcher.runs, 'Whose log?'));
      if (run) await showLog(run);
    },
    openComparison: (selected) => panel.open(templateOf(selected)?.fsPath ?? runOf(selected)?.record.template.path),
    exportReport: (selected, more) =>
      exportReport({ watcher, program: join(__dirname, 'cli.js') }, selected, more).catch((error: unknown) =>
        report(parts.log, error),
      ),
    openTemplate: async (selected) => {
      const run = runOf(selected);
      if (run) await openTemplate(run);
    },
    refreshRuns: () => watcher.refresh(),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`promptTuner.${name}`, command),
    ),
  );
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
    void vscode.window.showInformationMessage(
      `${record.template.path} is gone; this is the text that the run was made from.`,
    );
  }
}

/** Asks whoever works on the run to stop, in whatever process, or takes it out of the queue. */
export async function stopRun(
  parts: Pick<CommandParts, 'client' | 'watcher' | 'log'>,
  { folder }: WatchedRun,
): Promise<void> {
  await change(parts, () => parts.client.stop(folder));
}

/** Whether a run can go on from where it was. */
export function isResumable({ status }: RunRecord): boolean {
  return status === 'stopped' || status === 'failed' || status === 'lost';
}

async function moveRun(parts: CommandParts, selected: unknown, to: 'up' | 'down'): Promise<void> {
  const run =
    runOf(selected) ??
    (await pickRun(
      parts.watcher.runs.filter(({ record }) => record.status === 'queued'),
      'Which run is to move?',
    ));
  if (run) await change(parts, () => moveInQueue(run.folder, to));
}

function changeQueues(parts: CommandParts, paused: boolean): Promise<void> {
  return change(parts, async () => {
    for (const runs of workspaceRunsFolders()) await parts.client.pauseQueue(runs, paused);
  });
}

async function change(
  { log, watcher }: Pick<CommandParts, 'watcher' | 'log'>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    report(log, error);
  }
  await watcher.refresh();
}

function train(parts: CommandParts, selected: unknown, method: Exclude<Method, 'hard'>): Promise<void> {
  return onTemplate(parts, selected, async (file, runs) => [await parts.client.train({ file, method, set: {}, runs })]);
}

/** Puts the trainings of a plan into the queue, all or none. @returns their folders */
export async function queuePlan(
  { client, watcher }: Pick<CommandParts, 'client' | 'watcher'>,
  plan: TrainingPlan,
): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const request of await requestsOf(plan, runsFolderOf(plan.file))) folders.push(await client.train(request));
  await watcher.refresh();
  return folders;
}

async function guarded({ log }: Pick<CommandParts, 'log'>, work: () => Promise<void>): Promise<void> {
  if (!requireTrust()) return;
  try {
    await work();
  } catch (error) {
    report(log, error);
  }
}

/** @returns whether the workspace is trusted; says so where it is not. A page may ask for a command that the palette and the menus do not offer. */
export function requireTrust(): boolean {
  if (vscode.workspace.isTrusted) return true;
  void vscode.window
    .showWarningMessage('Training is off in Restricted Mode.', 'Manage Workspace Trust')
    .then((answer) => answer && vscode.commands.executeCommand('workbench.trust.manage'));
  return false;
}

/** Queues work on the template meant and waits for its runs; how a run of the workspace failed is told by whoever watches them. */
async function onTemplate(
  parts: CommandParts,
  selected: unknown,
  work: (file: string, runs: string) => Promise<readonly string[]>,
): Promise<void> {
  const { client, watcher, log } = parts;
  if (!requireTrust()) return;
  const file = await chooseTemplate(selected);
  if (!file) return;
  void vscode.commands.executeCommand('promptTuner.runs.focus', { preserveFocus: true });
  try {
    await vscode.window.withProgress({ location: { viewId: 'promptTuner.runs' } }, async () => {
      const folders = await work(file, runsFolderOf(file));
      await watcher.refresh();
      for (const folder of folders) {
        const failure = failureOfRun(folder, await client.ended(folder));
        if (failure && !watcher.runs.some((run) => run.folder === folder)) report(log, failure);
      }
    });
  } catch (error) {
    report(log, error);
  } finally {
    await watcher.refresh();
  }
}

/** An error as one sentence with its remedy, at its place; never a stack trace. */
export function report(log: vscode.LogOutputChannel, error: unknown): void {
  const failure =
    knownFailure(error) ?? new Failure('unexpected', error instanceof Error ? error.message : String(error));
  log.error(`${failure.message} [${failure.code}]`);
  const { file, line = 1, column = 1 } = failure.location;
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
