import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { setLabels, type RunLabels } from '../../runs/store/runLabels';
import type { RunChoice } from '../runs/runChoice';
import { settingsAsYaml } from '../runs/runText';
import { pickRun, runOf, runsOf, runsOfStudy } from '../runs/runSelection';
import { isActive } from '../runs/runText';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';

export interface RunCommandParts {
  readonly watcher: RunWatcher;
  readonly choice: RunChoice;
  /** Opens the page of a run. */
  openPage(run: WatchedRun): void;
  /** Writes the trained prompt for use elsewhere. */
  export(run: WatchedRun): Promise<void>;
  /** Says an error as one sentence. */
  report(error: unknown): void;
}

/** Registers what the menus of a run do with it: look at it, call it something, copy, export or delete it. */
export function registerRunCommands(parts: RunCommandParts): vscode.Disposable {
  const { watcher, choice } = parts;
  const label = async (run: WatchedRun, change: RunLabels) => {
    await setLabels(run.folder, change);
    await watcher.refresh();
  };
  const onRun =
    (question: string, action: (run: WatchedRun, more: unknown) => unknown) =>
    async (selected: unknown, more: unknown) => {
      const run = runOf(selected) ?? (await pickRun(watcher.runs, question));
      if (run) await action(run, more);
    };
  const commands: Readonly<Record<string, (selected: unknown, more: unknown) => unknown>> = {
    openRun: onRun('Which run?', (run) => parts.openPage(run)),
    renameRun: onRun('Which run is to be renamed?', async (run, more) => {
      const name =
        textGiven(more) ??
        (await ask(run.record.name, {
          title: 'Rename Run',
          prompt: 'How is the run to be called? Leave it empty to take its name away.',
        }));
      if (name !== undefined) await label(run, { name });
    }),
    noteRun: onRun('Which run is the note for?', async (run, more) => {
      const note =
        textGiven(more) ??
        (await ask(run.record.note, { title: 'Note', prompt: 'What is to be remembered of this run?' }));
      if (note !== undefined) await label(run, { note });
    }),
    starRun: (selected, more) => Promise.all(runsOf(selected, more).map((run) => label(run, { starred: true }))),
    unstarRun: (selected, more) => Promise.all(runsOf(selected, more).map((run) => label(run, { starred: false }))),
    copySettings: onRun('Whose settings?', async ({ record }) => {
      await vscode.env.clipboard.writeText(settingsAsYaml(record));
      vscode.window.setStatusBarMessage('Settings copied as lines for the front matter.', 3000);
    }),
    revealRun: onRun('Which run?', ({ folder }) =>
      vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(join(folder, 'run.json'))),
    ),
    compareStudy: async (selected) => {
      const runs = runsOfStudy(selected);
      for (const { record } of runs) choice.set(record.id, true);
      if (runs.length > 0) await vscode.commands.executeCommand('promptTuner.openComparison', runs[0]);
    },
    exportRun: onRun('Which run is to be exported?', (run) => parts.export(run)),
    deleteRun: async (selected, more) => {
      const runs = runsOf(selected, more);
      const damaged = folderOf(selected);
      if (runs.length > 0) await deleteRuns(runs, choice);
      else if (damaged !== undefined) await deleteFolders([damaged], `"${basename(damaged)}", which cannot be read,`);
      await watcher.refresh();
    },
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`promptTuner.${name}`, async (selected: unknown, more: unknown) => {
        try {
          await command(selected, more);
        } catch (error) {
          parts.report(error);
        }
      }),
    ),
  );
}

/** The text that whoever runs a command by name gives with it; menus give a list of nodes in that place. */
function textGiven(more: unknown): string | undefined {
  return typeof more === 'string' ? more : undefined;
}

/** The folder of an entry that cannot be read. */
function folderOf(selected: unknown): string | undefined {
  if (typeof selected !== 'object' || selected === null || !('run' in selected)) return undefined;
  const { run } = selected;
  return typeof run === 'object' && run !== null && 'folder' in run ? String(run.folder) : undefined;
}

function ask(
  value: string | undefined,
  { title, prompt }: { readonly title: string; readonly prompt: string },
): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true });
}

async function deleteRuns(runs: readonly WatchedRun[], choice: RunChoice): Promise<void> {
  const active = runs.find(({ record }) => isActive(record));
  if (active) {
    void vscode.window.showWarningMessage('A run that is going on cannot be deleted. Stop it first.');
    return;
  }
  const what = runs.length === 1 ? `the run "${runs[0]!.record.name || runs[0]!.record.id}"` : `${runs.length} runs`;
  if (
    !(await deleteFolders(
      runs.map(({ folder }) => folder),
      what,
    ))
  )
    return;
  for (const { record } of runs) choice.set(record.id, false);
}

/** Moves folders to the trash after asking; where the machine has none, deletes them after asking again. @returns whether they are gone */
async function deleteFolders(folders: readonly string[], what: string): Promise<boolean> {
  const move = 'Move to Trash';
  const answer = await vscode.window.showWarningMessage(
    `Delete ${what} with checkpoint, adapter and log?`,
    { modal: true, detail: 'You can restore it from the trash.' },
    move,
  );
  if (answer !== move) return false;
  try {
    for (const folder of folders)
      await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true, useTrash: true });
    return true;
  } catch {
    const forGood = 'Delete Permanently';
    const second = await vscode.window.showWarningMessage(
      `This machine has no trash. Delete ${what} for good?`,
      { modal: true, detail: 'This cannot be undone.' },
      forGood,
    );
    if (second !== forGood) return false;
    for (const folder of folders)
      await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true, useTrash: false });
    return true;
  }
}
