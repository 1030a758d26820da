import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Command } from '../../editor/registerCommands';
import type { Capability } from '../../runs/queue/runCapabilities';
import { slurmLogOf } from '../../runs/slurm/slurmTicket';
import { setLabels, type RunLabels } from '../../runs/store/runLabels';
import { exportReport } from '../comparison/exportReportCommand';
import { showText } from '../comparison/templateDiff';
import type { ComparisonPanel } from '../comparison/panel';
import type { RunChoice } from '../runs/runChoice';
import { runTitle } from '../runs/runText';
import { runFor, runOf, runsOf, runsOfStudy } from '../runs/runSelection';
import { settingsAsYaml } from '../runs/runText';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import { templateOf } from '../runs/templateChoice';
import { deleteSelected } from './deleteRuns';
import { exportRun } from './exportCommand';

export interface RunCommandParts {
  readonly watcher: RunWatcher;
  readonly choice: RunChoice;
  readonly panel: Pick<ComparisonPanel, 'open'>;
  /** The command line program, which exports and reports outside the extension host. */
  readonly program: string;
  /** Opens the page of a run. */
  openPage(run: WatchedRun): void;
}

/** The commands that look at runs, label, copy, export and delete them. */
export function runCommands(parts: RunCommandParts): readonly Command[] {
  return [...lookingCommands(parts), ...labelCommands(parts), ...takingCommands(parts)];
}

function lookingCommands({ watcher, choice, panel, openPage }: RunCommandParts): readonly Command[] {
  const onRun = forRuns(watcher);
  return [
    onRun('openRun', l10n.t`open`, openPage),
    onRun('showLog', l10n.t`show the log of`, showLog),
    onRun('learnMore', l10n.t`learn more about`, async ({ record }) => {
      await vscode.commands.executeCommand('promptTuner.openDocumentation', record.error?.code);
    }),
    onRun('showSlurmLog', l10n.t`show the Slurm log of`, showSlurmLog),
    onRun('revealRun', l10n.t`reveal`, ({ folder }) =>
      vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(join(folder, 'run.json'))),
    ),
    {
      id: 'openTemplate',
      needsTrust: false,
      run: async (selected: unknown) => {
        const run = runOf(selected);
        if (run) await openTemplate(run);
      },
    },
    {
      id: 'showText',
      needsTrust: false,
      // The line above a template knows its result by the id of the run.
      run: async (selected: unknown) => {
        const run = runOf(selected) ?? watcher.runs.find(({ record }) => record.id === selected);
        if (run) await showText(run);
      },
    },
    {
      id: 'openComparison',
      needsTrust: false,
      run: (selected: unknown) => panel.open(templateOf(selected)?.fsPath ?? runOf(selected)?.record.template.path),
    },
    {
      id: 'compareStudy',
      needsTrust: false,
      run: async (selected: unknown) => {
        const runs = runsOfStudy(selected);
        for (const { record } of runs) choice.set(record.id, true);
        if (runs.length > 0) panel.open(runs[0]!.record.template.path);
      },
    },
    { id: 'refreshRuns', needsTrust: false, run: () => watcher.refresh() },
  ];
}

function labelCommands({ watcher }: RunCommandParts): readonly Command[] {
  const onRun = forRuns(watcher);
  const label = async (run: WatchedRun, change: RunLabels) => {
    await setLabels(run.folder, change);
    await watcher.refresh();
  };
  const star = (id: string, starred: boolean): Command => ({
    id,
    needsTrust: false,
    run: (selected: unknown, all: unknown) => Promise.all(runsOf(selected, all).map((run) => label(run, { starred }))),
  });
  return [
    onRun('renameRun', l10n.t`rename`, async (run, given) => {
      const name = textGiven(given) ?? (await ask(l10n.t`Rename Run`, nameQuestion(), run.record.name));
      if (name !== undefined) await label(run, { name });
    }),
    onRun('noteRun', l10n.t`note something on`, async (run, given) => {
      const note = textGiven(given) ?? (await ask(l10n.t`Note`, noteQuestion(), run.record.note));
      if (note !== undefined) await label(run, { note });
    }),
    star('starRun', true),
    star('unstarRun', false),
  ];
}

function takingCommands({ watcher, choice, program }: RunCommandParts): readonly Command[] {
  const onRun = forRuns(watcher);
  return [
    onRun('copySettings', l10n.t`copy the settings of`, async ({ record }) => {
      await vscode.env.clipboard.writeText(settingsAsYaml(record));
      void vscode.window.showInformationMessage(
        l10n.t`The settings of ${runTitle(record)} are copied as lines for the front matter.`,
      );
    }),
    { ...onRun('exportRun', l10n.t`export`, (run) => exportRun(run, program)), needsTrust: true },
    {
      id: 'exportReport',
      needsTrust: false,
      run: (selected: unknown, all: unknown) => exportReport({ watcher, program }, selected, all),
    },
    {
      id: 'deleteRun',
      needsTrust: false,
      run: async (selected: unknown, all: unknown) => {
        await deleteSelected(selected, all, choice);
        await watcher.refresh();
      },
    },
  ];
}

type OnRun = (id: Capability, work: string, action: (run: WatchedRun, given: unknown) => unknown) => Command;

/** Makes commands of one run: of the one that is given, else of one that is asked for. */
const forRuns =
  (watcher: RunWatcher): OnRun =>
  (id, work, action) => ({
    id,
    needsTrust: false,
    run: async (selected: unknown, given: unknown) => {
      const run = await runFor(id, selected, { runs: watcher.runs, work });
      if (run) await action(run, given);
    },
  });

/** The text that another command gives along; menus give a list of nodes in that place. */
function textGiven(given: unknown): string | undefined {
  return typeof given === 'string' ? given : undefined;
}

const nameQuestion = (): string => l10n.t`Name of the run. Leave empty to remove it.`;
const noteQuestion = (): string => l10n.t`What to remember about this run.`;

function ask(title: string, prompt: string, value: string | undefined): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true });
}

/** Opens a run's log as a document, so that it can be searched and kept. */
async function showLog({ folder }: WatchedRun): Promise<void> {
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(join(folder, 'log.txt')), { preview: true });
  } catch {
    void vscode.window.showInformationMessage(l10n.t`This run has written no log yet.`);
  }
}

/** Opens what Slurm and the program wrote of a run's task. */
async function showSlurmLog({ folder }: WatchedRun): Promise<void> {
  const path = await slurmLogOf(folder);
  try {
    if (path === undefined) throw new Error('It never came to Slurm.');
    await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: true });
  } catch {
    void vscode.window.showInformationMessage(l10n.t`Slurm has written no log of this run yet.`);
  }
}

/** Opens the template that a run was made from, as it is now; where it is gone, its text as the run kept it. */
async function openTemplate({ record }: WatchedRun): Promise<void> {
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(record.template.path), { preview: true });
  } catch {
    const document = await vscode.workspace.openTextDocument({ language: 'dotprompt', content: record.template.text });
    await vscode.window.showTextDocument(document);
    void vscode.window.showInformationMessage(
      l10n.t`${record.template.path} no longer exists. This is the text that the run was made from.`,
    );
  }
}
