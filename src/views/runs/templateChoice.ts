import { dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { findTemplates } from '../../editor/templateFiles';
import { defaultRunsFolder } from '../../runs/store/runFolder';

/** Most templates that a quick pick offers. */
const offered = 200;

/**
 * The template that a command applies to: what was selected, else the file in the editor, else the person's choice.
 * Unsaved changes are saved first, because the trainer reads the file.
 * @returns its path, or nothing when the person did not choose or could not save
 */
export async function chooseTemplate(selected: unknown): Promise<string | undefined> {
  const uri = await findTemplate(selected);
  if (!uri) return undefined;
  if (uri.scheme !== 'file') {
    void vscode.window.showErrorMessage(l10n.t`The template must be a file on disk. Save it first.`);
    return undefined;
  }
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open?.isDirty && !(await open.save())) {
    void vscode.window.showErrorMessage(
      l10n.t`The template has changes that could not be saved. Save it, then try again.`,
    );
    return undefined;
  }
  return uri.fsPath;
}

/** The same as it is in the editor, saved or not. */
export async function findTemplate(selected: unknown): Promise<vscode.Uri | undefined> {
  return templateOf(selected) ?? activeTemplate() ?? pickTemplate();
}

/** The runs folder of a template: in its workspace folder, else beside it. */
export function runsFolderOf(template: string): string {
  const workspace = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(template));
  return join(workspace?.uri.fsPath ?? dirname(template), defaultRunsFolder);
}

/** The runs folders of the folders that are open. */
export function workspaceRunsFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => join(uri.fsPath, defaultRunsFolder));
}

/** The template that a command is given: by an editor, another command or an entry of a view. */
export function templateOf(selected: unknown): vscode.Uri | undefined {
  if (selected instanceof vscode.Uri) return selected;
  if (typeof selected === 'string') return vscode.Uri.file(selected);
  // The entry of a template in a view.
  if (
    typeof selected === 'object' &&
    selected !== null &&
    'kind' in selected &&
    selected.kind === 'template' &&
    'path' in selected
  )
    return vscode.Uri.file(String(selected.path));
  return undefined;
}

/** The template in the editor. */
export function activeTemplate(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === 'dotprompt' ? document.uri : undefined;
}

/** The templates of the workspace; undefined, with a message, when it cannot be searched. */
async function searchTemplates(): Promise<readonly vscode.Uri[] | undefined> {
  try {
    return await findTemplates(offered);
  } catch {
    void vscode.window.showErrorMessage(
      l10n.t`The workspace could not be searched for templates. Open the .prompt file, then try again.`,
    );
    return undefined;
  }
}

async function pickTemplate(): Promise<vscode.Uri | undefined> {
  const found = await searchTemplates();
  if (!found) return undefined;
  // Files that begin with an underscore are parts of others.
  const templates = found.filter(({ path }) => !/\/_[^/]*$/.test(path)).sort((a, b) => a.path.localeCompare(b.path));
  if (templates.length === 0) {
    const create = l10n.t`New Template`;
    const answer = await vscode.window.showInformationMessage(
      l10n.t`There is no .prompt file in this workspace.`,
      create,
    );
    if (answer === create) await vscode.commands.executeCommand('promptTuner.newTemplate');
    return undefined;
  }
  if (templates.length === 1) return templates[0];
  const items = templates.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  return (
    await vscode.window.showQuickPick(items, { title: l10n.t`Prompt Template`, placeHolder: l10n.t`Select a template` })
  )?.uri;
}
