import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { TemplateContext } from '../../template/read/templateContext';
import { renameAt, renameTargetAt } from '../../template/language/rename';
import type { PartialEdits } from '../../template/language/renamePartials';
import { findPartial, partialFile } from '../../template/read/partials';
import type { DocumentContexts } from '../documentContexts';
import { languageId } from '../languageId';
import { toRange, toTextEdits } from '../toEditor';

/** Renames variables, ids of virtual tokens and labels in a template and its own partials, in one undoable edit. */
export function registerRename(contexts: DocumentContexts): vscode.Disposable {
  const contextFor = async (document: vscode.TextDocument): Promise<TemplateContext> => ({
    ...(await contexts.now(document)),
    ...(document.uri.scheme === 'file' && { partialUsers: partialUsers(document.uri.fsPath) }),
  });
  return vscode.languages.registerRenameProvider(
    { language: languageId },
    {
      async prepareRename(document, position) {
        requireOwnNames(document.uri);
        const target = renameTargetAt(document.getText(), document.offsetAt(position), await contextFor(document));
        if ('reason' in target) throw new Error(target.reason);
        return { range: toRange(target.range), placeholder: target.name };
      },
      async provideRenameEdits(document, position, newName) {
        requireOwnNames(document.uri);
        const renamed = renameAt(document.getText(), document.offsetAt(position), newName, await contextFor(document));
        if ('reason' in renamed) throw new Error(renamed.reason);
        const edit = new vscode.WorkspaceEdit();
        edit.set(document.uri, toTextEdits(document, renamed.edits));
        for (const partial of renamed.partials) await addPartial(edit, document.uri, partial);
        return edit;
      },
    },
  );
}

async function addPartial(
  edit: vscode.WorkspaceEdit,
  template: vscode.Uri,
  { name, text, edits }: PartialEdits,
): Promise<void> {
  const file = partialFile(name);
  const path = findPartial(template.fsPath, name);
  const uri = path === undefined ? vscode.Uri.joinPath(template, '..', file) : vscode.Uri.file(path);
  const partial = await vscode.workspace.openTextDocument(uri);
  if (partial.getText() !== text) throw new Error(l10n.t`${file} uses the name too and is not saved; save it first.`);
  edit.set(partial.uri, toTextEdits(partial, edits));
}

/** The names in a partial come from the templates that include it. */
function requireOwnNames({ scheme, fsPath }: vscode.Uri): void {
  const name = /^_(.+)\.prompt$/.exec(basename(fsPath))?.[1];
  const [user] = scheme === 'file' && name !== undefined ? partialUsers(fsPath)(name) : [];
  if (user !== undefined) throw new Error(l10n.t`${user} includes this partial and gives it its names; rename there.`);
}

/** The other files that include a partial: in its folder, and in those below it. */
function partialUsers(template: string): (name: string) => readonly string[] {
  return (name) => {
    const folder = dirname(findPartial(template, name) ?? template);
    return promptsBelow(folder)
      .filter((file) => resolve(file) !== resolve(template) && includes(file, name))
      .map((file) => relative(folder, file).split(sep).join('/'));
  };
}

/** Folders below which no templates are looked for, and how deep the others are. */
const passedOver = /^(?:\.|node_modules$)/;
const deepest = 4;

function promptsBelow(folder: string, depth = 0): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly string[] => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name.endsWith('.prompt') ? [path] : [];
    return entry.isDirectory() && depth < deepest && !passedOver.test(entry.name) ? promptsBelow(path, depth + 1) : [];
  });
}

function includes(file: string, name: string): boolean {
  const calls = readFileSync(file, 'utf8').matchAll(/\{\{~?\s*#?>\s*([^\s}~]+)/g);
  return [...calls].some(([, called]) => called!.replace(/^["']|["']$/g, '') === name);
}
