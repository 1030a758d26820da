import * as vscode from 'vscode';
import { renameAt, renameTargetAt } from '../template/rename';
import type { DocumentFacts } from './documentFacts';
import { languageId } from './language';
import { toRange, toTextEdits } from './places';

/** Renames variables, ids of virtual tokens and labels across body and front matter, in one undoable edit. */
export function registerRename(facts: DocumentFacts): vscode.Disposable {
  return vscode.languages.registerRenameProvider({ language: languageId }, {
    async prepareRename(document, position) {
      const target = renameTargetAt(document.getText(), document.offsetAt(position), await facts.now(document));
      if ('reason' in target) throw new Error(target.reason);
      return { range: toRange(target.range), placeholder: target.name };
    },
    async provideRenameEdits(document, position, newName) {
      const renamed = renameAt(document.getText(), document.offsetAt(position), newName, await facts.now(document));
      if ('reason' in renamed) throw new Error(renamed.reason);
      const edit = new vscode.WorkspaceEdit();
      edit.set(document.uri, toTextEdits(document, renamed.edits));
      return edit;
    },
  });
}
