import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';

/** What comes together is looked at together; a checkout brings many folders at once. */
const settlingMilliseconds = 100;
/** Where more than this has come, a folder is among it. */
const mostLooked = 50;

const listeners = new Set<{ readonly tell: () => void }>();
/** One for all who listen, since each event may take a look at the disk. */
let watching: vscode.Disposable | undefined;

/**
 * Tells of folders that come to be in the workspace. A watcher of files learns nothing of those that are written into
 * a new folder before the system watches that folder, so who watches files looks again then.
 */
export function watchNewFolders(tell: () => void): vscode.Disposable {
  const listener = { tell };
  listeners.add(listener);
  watching ??= watchFolders(() => listeners.forEach((each) => each.tell()));
  return {
    dispose() {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      watching?.dispose();
      watching = undefined;
    },
  };
}

function watchFolders(tell: () => void): vscode.Disposable {
  const come = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    timer = undefined;
    const paths = [...come];
    come.clear();
    if (paths.length > mostLooked || (await Promise.all(paths.map(isFolder))).includes(true)) tell();
  };
  const everything = vscode.workspace.createFileSystemWatcher('**', false, true, true);
  return vscode.Disposable.from(
    everything,
    everything.onDidCreate(({ scheme, path, fsPath }) => {
      if (scheme !== 'file' || /\/(?:node_modules|\.git|\.prompt-tuner)(?:\/|$)/.test(path)) return;
      come.add(fsPath);
      timer ??= setTimeout(() => void look(), settlingMilliseconds);
    }),
    { dispose: () => clearTimeout(timer) },
  );
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
