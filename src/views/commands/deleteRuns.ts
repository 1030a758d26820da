import { counted } from '../../formatNumbers';
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
  else if (damaged !== undefined) await deleteFolders([damaged], `"${basename(damaged)}", which cannot be read,`);
}

/** The folder of an entry that cannot be read. */
function folderOf(selected: unknown): string | undefined {
  if (typeof selected !== 'object' || selected === null || !('run' in selected)) return undefined;
  const { run } = selected;
  return typeof run === 'object' && run !== null && 'folder' in run ? String(run.folder) : undefined;
}

async function deleteRuns(runs: readonly WatchedRun[], choice: RunChoice): Promise<void> {
  if (runs.some((run) => !can(run, 'deleteRun'))) {
    void vscode.window.showWarningMessage('A run that is active cannot be deleted. Stop it first.');
    return;
  }
  const [first] = runs;
  const what = runs.length === 1 ? `the run "${first!.record.name || first!.record.id}"` : counted(runs.length, 'run');
  const folders = runs.map(({ folder }) => folder);
  if (!(await deleteFolders(folders, what))) return;
  for (const { record } of runs) choice.set(record.id, false);
}

/**
 * Moves folders to the trash after asking; where the machine has none, deletes them after asking again.
 * @returns whether they are gone
 */
async function deleteFolders(folders: readonly string[], what: string): Promise<boolean> {
  const move = 'Move to Trash';
  const answer = await vscode.window.showWarningMessage(
    `Delete ${what} with checkpoint, adapter and log?`,
    { modal: true, detail: 'You can restore it from the trash.' },
    move,
  );
  if (answer !== move) return false;
  try {
    await removeAll(folders, true);
    return true;
  } catch {
    return deleteForGood(folders, what);
  }
}

async function deleteForGood(folders: readonly string[], what: string): Promise<boolean> {
  const forGood = 'Delete Permanently';
  const answer = await vscode.window.showWarningMessage(
    `This machine has no trash. Delete ${what} permanently?`,
    { modal: true, detail: 'This cannot be undone.' },
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
