import { extname, join } from 'node:path';
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
      throw new Error(`The files could not be written to ${folder.fsPath}.`);
    const template = made.files.find(({ path }) => extname(path) === '.prompt');
    if (template) await vscode.window.showTextDocument(vscode.Uri.file(join(folder.fsPath, template.path)));
    return made;
  }
  throw new Error(`${folder.fsPath} already holds ${mostAttempts} files of that name.`);
}

/** Reports what an import could not carry over, with the whole list on request. */
export async function showNotCarried(source: string, { files, notCarried }: Imported): Promise<void> {
  const written = files.length === 1 ? 'One file was written.' : `${files.length} files were written.`;
  if (notCarried.length === 0) {
    void vscode.window.showInformationMessage(`${source} is imported. ${written}`);
    return;
  }
  const showList = 'Show List';
  const things = notCarried.length === 1 ? 'One thing' : `${notCarried.length} things`;
  const answer = await vscode.window.showWarningMessage(
    `${source} is imported. ${written} ${things} could not be carried over.`,
    showList,
  );
  if (answer !== showList) return;
  const content = [
    `# Import of ${source}`,
    '',
    'Not carried over:',
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
