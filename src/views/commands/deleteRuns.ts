import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { can } from '../../runs/queue/runCapabilities';
import type { RunChoice } from '../runs/runChoice';
import { runsOf } from '../runs/runSelection';
import type { WatchedRun } from '../runs/runWatcher';

/**
 * Deletes what is selected in the tree after asking: runs, or a folder that cannot be read.
 * @param all everything that is selected, the clicked entry among it
 */
export async function deleteSelected(selected: unknown, all: unknown, choice: RunChoice): Promise<void> {
  const runs = runsOf(selected, all);
  const damaged = folderOf(selected);
  if (runs.length > 0) await deleteRuns(runs, choice);
  else if (damaged !== undefined) await deleteFolders([damaged], damagedQuestions(basename(damaged)));
}

/** The folder of an entry that cannot be read. */
function folderOf(selected: unknown): string | undefined {
  if (typeof selected !== 'object' || selected === null || !('run' in selected)) return undefined;
  const { run } = selected;
  return typeof run === 'object' && run !== null && 'folder' in run ? String(run.folder) : undefined;
}

async function deleteRuns(runs: readonly WatchedRun[], choice: RunChoice): Promise<void> {
  if (runs.some((run) => !can(run, 'deleteRun'))) {
    void vscode.window.showWarningMessage(l10n.t`A run that is active cannot be deleted. Stop it first.`);
    return;
  }
  const [first] = runs;
  const folders = runs.map(({ folder }) => folder);
  const questions =
    runs.length === 1
      ? runQuestions(first!.record.name || first!.record.id)
      : severalQuestions(counted(runs.length, 'run'));
  if (!(await deleteFolders(folders, questions))) return;
  for (const { record } of runs) choice.set(record.id, false);
}

/** What is asked before something goes to the trash, and before it is gone for good. */
interface Questions {
  readonly trash: string;
  readonly forGood: string;
}

const runQuestions = (name: string): Questions => ({
  trash: l10n.t`Delete the run "${name}" with checkpoint, adapter and log?`,
  forGood: l10n.t`This machine has no trash. Delete the run "${name}" permanently?`,
});

const severalQuestions = (runs: string): Questions => ({
  trash: l10n.t`Delete ${runs} with checkpoint, adapter and log?`,
  forGood: l10n.t`This machine has no trash. Delete ${runs} permanently?`,
});

const damagedQuestions = (folder: string): Questions => ({
  trash: l10n.t`Delete "${folder}", which cannot be read, with checkpoint, adapter and log?`,
  forGood: l10n.t`This machine has no trash. Delete "${folder}", which cannot be read, permanently?`,
});

/**
 * Moves folders to the trash after asking; where the machine has none, deletes them after asking again.
 * @returns whether they are gone
 */
async function deleteFolders(folders: readonly string[], questions: Questions): Promise<boolean> {
  const move = l10n.t`Move to Trash`;
  const answer = await vscode.window.showWarningMessage(
    questions.trash,
    { modal: true, detail: l10n.t`You can restore it from the trash.` },
    move,
  );
  if (answer !== move) return false;
  try {
    await removeAll(folders, true);
    return true;
  } catch {
    return deleteForGood(folders, questions);
  }
}

async function deleteForGood(folders: readonly string[], questions: Questions): Promise<boolean> {
  const forGood = l10n.t`Delete Permanently`;
  const answer = await vscode.window.showWarningMessage(
    questions.forGood,
    { modal: true, detail: l10n.t`This cannot be undone.` },
    forGood,
  );
  if (answer !== forGood) return false;
  await removeAll(folders, false);
  return true;
}

async function removeAll(folders: readonly string[], useTrash: boolean): Promise<void> {
  for (const folder of folders)
    await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true, useTrash });
}
