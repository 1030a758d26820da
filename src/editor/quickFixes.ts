import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Finding } from '../template/text/finding';
import { chooseDataFile } from './commands/chooseDataFile';
import type { TemplateFindings } from './diagnostics';
import { languageId } from './languageId';
import { toTextEdits } from './toEditor';

/** Offers each finding's fixes where it is shown. */
export function registerQuickFixes(findings: TemplateFindings): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(
      { language: languageId },
      {
        async provideCodeActions(document, range) {
          const here = findings
            .of(document)
            .map((finding) => ({ finding, diagnostic: findings.shown(finding) }))
            .filter(({ diagnostic }) => diagnostic.range.intersection(range));
          const asked = await Promise.all(
            here.map(async ({ finding, diagnostic }) => [
              ...fixesOf(document, finding, diagnostic),
              ...(await questionsOf(document, finding, diagnostic)),
            ]),
          );
          return asked.flat();
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

/** Fixes that need an answer from the person, or the network, before there is an edit. */
async function questionsOf(
  document: vscode.TextDocument,
  { code }: Finding,
  diagnostic: vscode.Diagnostic,
): Promise<readonly vscode.CodeAction[]> {
  if (document.uri.scheme !== 'file') return [];
  if (code === 'data-missing') return [calling(chooseDataFile(document.uri, diagnostic.range), diagnostic)];
  const model = document.getText(diagnostic.range).replace(/^(["'])(.*)\1$/, '$2');
  if (code !== 'model-unknown' || !hubId.test(model) || !(await vscode.commands.getCommands(true)).includes(addModel))
    return [];
  return [calling({ title: l10n.t`Download ${model}`, command: addModel, arguments: [model] }, diagnostic)];
}

/** `owner/name`, as the hub calls its models. */
const hubId = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
/** Asks before anything is downloaded. */
const addModel = 'promptTuner.addModel';

function calling(command: vscode.Command, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const action = new vscode.CodeAction(command.title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.command = command;
  return action;
}

function fixesOf(
  document: vscode.TextDocument,
  finding: Finding,
  diagnostic: vscode.Diagnostic,
): readonly vscode.CodeAction[] {
  return finding.fixes.map((fix) => {
    const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.isPreferred = finding.fixes.length === 1;
    action.edit = new vscode.WorkspaceEdit();
    if (fix.edits.length > 0) action.edit.set(document.uri, toTextEdits(document, fix.edits));
    for (const { path, text } of fix.creates ?? []) {
      action.edit.createFile(vscode.Uri.joinPath(document.uri, '..', path), {
        contents: Buffer.from(text),
        ignoreIfExists: true,
      });
    }
    return action;
  });
}
