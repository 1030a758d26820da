import * as vscode from 'vscode';
import type { Finding } from '../template/finding';
import { languageId, toDiagnostic, type TemplateFindings } from './diagnostics';

/** Offers each finding's fixes where it is shown. */
export function registerQuickFixes(findings: TemplateFindings): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider({ language: languageId }, {
    provideCodeActions(document, range) {
      return findings.of(document)
        .filter((finding) => toDiagnostic(finding).range.intersection(range))
        .flatMap((finding) => fixesOf(document, finding));
    },
  }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] });
}

function fixesOf(document: vscode.TextDocument, finding: Finding): readonly vscode.CodeAction[] {
  return finding.fixes.map((fix) => {
    const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [toDiagnostic(finding)];
    action.isPreferred = finding.fixes.length === 1;
    action.edit = new vscode.WorkspaceEdit();
    for (const { start, end, text } of fix.edits) {
      action.edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
    }
    return action;
  });
}
