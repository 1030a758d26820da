import * as vscode from 'vscode';
import { watchNewFolders } from './newFolders';

const templateFiles = '**/*.prompt';

/**
 * The `.prompt` files of the workspace, parts included, without those of packages and runs.
 * @param most of a larger workspace the first
 */
export async function findTemplates(most?: number): Promise<readonly vscode.Uri[]> {
  return vscode.workspace.findFiles(templateFiles, '**/{node_modules,.prompt-tuner}/**', most);
}

/**
 * Tells of templates that come and go. Of a folder that is new, moved or deleted a watcher tells itself, not the files
 * in it: then, and where the workspace has other folders, no template is named.
 * @param edits whether a file that was written again is told of as well
 */
export function watchTemplates(
  tell: (template?: vscode.Uri) => void,
  { edits = false }: { readonly edits?: boolean } = {},
): vscode.Disposable {
  const files = vscode.workspace.createFileSystemWatcher(templateFiles, false, !edits, false);
  const { onDidRenameFiles, onDidDeleteFiles, onDidChangeWorkspaceFolders } = vscode.workspace;
  return vscode.Disposable.from(
    files,
    watchNewFolders(() => tell()),
    ...[files.onDidCreate, files.onDidChange, files.onDidDelete].map((event) => event((uri) => tell(uri))),
    ...[onDidRenameFiles, onDidDeleteFiles, onDidChangeWorkspaceFolders].map((event) =>
      (event as vscode.Event<unknown>)(() => tell()),
    ),
  );
}
