import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { watchTemplates } from '../../editor/templateFiles';
import { moveFiles } from '../../runs/record/changeRun';
import { followTemplates } from '../../runs/store/followTemplates';
import type { RunWatcher } from './runWatcher';
import { workspaceRunsFolders } from './templateChoice';

/** After a file has come or gone; what a checkout or a tool renames comes and goes a file at a time. */
const settlingMilliseconds = 500;

/**
 * Lets runs follow their templates and data: at once where they are renamed or moved in this window, and by the text of
 * the template where that happened outside.
 */
export function followMovedTemplates(watcher: RunWatcher, log: (line: string) => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let following: Promise<void> = Promise.resolve();

  /** One after the other: both write the records of runs. */
  const after = (work: () => Promise<void>) => {
    following = following
      .then(work)
      .catch((error: unknown) => log(l10n.t`Runs could not follow their templates: ${String(error)}`));
  };
  const look = async () => {
    for (const folder of workspaceRunsFolders()) {
      const moves = await followTemplates(folder);
      for (const { from, to } of moves) log(l10n.t`The runs of ${from} follow it to ${to}.`);
      if (moves.length > 0) await watcher.refresh();
    }
  };
  const lookSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => after(look), settlingMilliseconds);
  };
  lookSoon();
  return vscode.Disposable.from(
    watchTemplates(lookSoon),
    vscode.workspace.onDidRenameFiles(({ files: renamed }) =>
      after(async () => {
        const moves = renamed
          .filter(({ oldUri, newUri }) => oldUri.scheme === 'file' && newUri.scheme === 'file')
          .map(({ oldUri, newUri }) => ({ from: oldUri.fsPath, to: newUri.fsPath }));
        for (const { folder } of watcher.runs) await moveFiles(folder, moves);
        await watcher.refresh();
      }),
    ),
    { dispose: () => clearTimeout(timer) },
  );
}
