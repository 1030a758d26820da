import * as vscode from 'vscode';
import type { Finding } from '../template/finding';
import type { TemplateFindings } from './diagnostics';
import { languageId } from './language';
import { toTextEdits } from './places';

/** Offers each finding's fixes where it is shown. */
export function registerQuickFixes(findings: TemplateFindings): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider({ language: languageId }, {
    provideCodeActions(document, range) {
      return findings.of(document)
        .map((finding) => ({ finding, diagnostic: findings.shown(finding) }))
        .filter(({ diagnostic }) => diagnostic.range.intersection(range))
        .flatMap(({ finding, diagnostic }) => fixesOf(document, finding, diagnostic));
    },
  }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] });
}

function fixesOf(document: vscode.TextDocument, finding: Finding, diagnostic: vscode.Diagnostic): readonly vscode.CodeAction[] {
  return finding.fixes.map((fix) => {
    const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.isPreferred = finding.fixes.length === 1;
    action.edit = new vscode.WorkspaceEdit();
    if (fix.edits.length > 0) action.edit.set(document.uri, toTextEdits(document, fix.edits));
    for (const { path, text } of fix.creates ?? []) {
      action.edit.createFile(vscode.Uri.joinPath(document.uri, '..', path), { contents: Buffer.from(text), ignoreIfExists: true });
    }
    return action;
  });
}
