import { extname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Imported, NewFile } from '../../template/import/imported';

/** Names tried at most. */
const mostAttempts = 100;

/**
 * Writes the files of an import below a folder and opens the first template. No file that exists is touched: when one
 * would be overwritten, all get names with the same number.
 * @param make returns the files for a name
 */
export async function writeNewFiles(
  folder: vscode.Uri,
  name: string,
  make: (name: string) => Imported | Promise<Imported>,
): Promise<Imported> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const made = await make(attempt === 1 ? name : `${name}-${attempt}`);
    if (await anyExists(folder, made.files)) continue;
    const edit = new vscode.WorkspaceEdit();
    for (const { path, text } of made.files)
      edit.createFile(vscode.Uri.joinPath(folder, path), { contents: Buffer.from(text) });
    if (!(await vscode.workspace.applyEdit(edit)))
      throw new Error(l10n.t`The files could not be written to ${folder.fsPath}.`);
    const template = made.files.find(({ path }) => extname(path) === '.prompt');
    if (template) await vscode.window.showTextDocument(vscode.Uri.file(join(folder.fsPath, template.path)));
    return made;
  }
  throw new Error(l10n.t`${folder.fsPath} already holds ${mostAttempts} files of that name.`);
}

/** Reports what an import could not carry over, with the whole list on request. */
export async function showNotCarried(source: string, { files, notCarried }: Imported): Promise<void> {
  const written = files.length === 1 ? l10n.t`One file was written.` : l10n.t`${files.length} files were written.`;
  if (notCarried.length === 0) {
    void vscode.window.showInformationMessage(l10n.t`${source} is imported. ${written}`);
    return;
  }
  const showList = l10n.t`Show List`;
  const lost =
    notCarried.length === 1
      ? l10n.t`One thing could not be carried over.`
      : l10n.t`${notCarried.length} things could not be carried over.`;
  const answer = await vscode.window.showWarningMessage(l10n.t`${source} is imported. ${written} ${lost}`, showList);
  if (answer !== showList) return;
  const content = [
    `# ${l10n.t`Import of ${source}`}`,
    '',
    l10n.t`Not carried over:`,
    '',
    ...notCarried.map((each) => `- ${each}`),
    '',
  ].join('\n');
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }), {
    preview: true,
  });
}

async function anyExists(folder: vscode.Uri, files: readonly NewFile[]): Promise<boolean> {
  const found = await Promise.all(
    files.map(({ path }) =>
      vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
