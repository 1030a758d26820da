import * as vscode from 'vscode';
import { languageId } from '../../editor/languageId';
import { followProviderSetting } from '../models/hubAccess';
import { followSlurm } from '../process/followSlurm';
import { followRuns, type LostRunParts } from '../process/lostRuns';
import { followMovedTemplates } from '../runs/templateMoves';
import { createRunNotices, type NoticeParts } from '../sidebar/runNotices';
import { createRunStatusBar } from '../sidebar/runStatusBar';
import { followMilestones } from '../welcome/milestones';

/** What goes on in a window unasked: it says how runs fare, keeps up with what becomes of them, and notes settings. */
export function followWindow(parts: NoticeParts & LostRunParts): vscode.Disposable {
  const { watcher, log } = parts;
  return vscode.Disposable.from(
    followProviderSetting(),
    createRunStatusBar(watcher),
    createRunNotices(parts),
    followSlurm(watcher, log),
    followRuns(parts),
    followMilestones(watcher),
    followMovedTemplates(watcher, (line) => log.info(line)),
    // Whether a result is of an older text shows with the save.
    vscode.workspace.onDidSaveTextDocument((document) => document.languageId === languageId && watcher.refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => watcher.refresh()),
  );
}
