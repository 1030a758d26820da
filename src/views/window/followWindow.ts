import * as vscode from 'vscode';
import type { QueueClient } from '../../cluster/queueClient';
import { languageId } from '../../editor/languageId';
import { followProviderSetting } from '../models/hubAccess';
import { followSlurm } from '../process/followSlurm';
import { followRuns } from '../process/lostRuns';
import type { RunWatcher } from '../runs/runWatcher';
import { followMovedTemplates } from '../runs/templateMoves';
import { createRunNotices, type NoticeParts } from '../sidebar/runNotices';
import { createRunStatusBar } from '../sidebar/runStatusBar';
import { followMilestones } from '../welcome/milestones';

export interface FollowerParts extends NoticeParts {
  readonly watcher: RunWatcher;
  readonly client: QueueClient;
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** What goes on in a window unasked: it says how runs fare, keeps up with what becomes of them, and notes settings. */
export function followWindow({ watcher, client, memory, log, isSeen, openPage }: FollowerParts): vscode.Disposable {
  return vscode.Disposable.from(
    followProviderSetting(),
    createRunStatusBar(watcher),
    createRunNotices({ watcher, isSeen, openPage }),
    followSlurm(watcher, log),
    followRuns({ watcher, client, memory, log }),
    followMilestones(watcher),
    followMovedTemplates(watcher, (line) => log.info(line)),
    // Whether a result is of an older text shows with the save.
    vscode.workspace.onDidSaveTextDocument((document) => document.languageId === languageId && watcher.refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => watcher.refresh()),
  );
}
