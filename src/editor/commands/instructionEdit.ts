import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { readInstructionRewrite, type InstructionRewrite } from '../../runs/store/files/instructionFile';
import { partialReader } from '../../template/read/partials';
import { instructionSource, replaceInstruction, type InstructionSource } from '../../template/edit/replaceInstruction';
import { languageId } from '../languageId';
import type { Command } from '../registerCommands';

/** A run that has rewritten the instruction of a template. */
export interface RewritingRun {
  readonly id: string;
  readonly folder: string;
  /** Path of the template it was made from. */
  readonly template: string;
}

interface Offer {
  readonly run: RewritingRun;
  readonly rewrite: InstructionRewrite;
  readonly source: InstructionSource;
}

/**
 * Documents of this scheme are a template as it would read with the instruction of the run in their query, or with that
 * in their fragment.
 */
const scheme = 'prompt-tuner-rewritten';
const compareId = 'compareInstruction';
const applyId = 'applyInstruction';

/**
 * Offers the instruction that a run has rewritten at the template's instruction: as one undoable edit, and as a diff.
 * @param runs newest first
 */
export function registerInstructionEdit(runs: () => readonly RewritingRun[]): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(
      { language: languageId, scheme: 'file' },
      {
        async provideCodeActions(document, range) {
          const offer = await offerFor(document, runs());
          const instructionRange = offer && rangeOf(document, offer.source);
          return offer && instructionRange?.intersection(range)
            ? [applyAction(document, offer), compareAction(document, offer)]
            : [];
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite] },
    ),
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      async provideTextDocumentContent(uri) {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(uri.path));
        const instruction = uri.fragment || (await readInstructionRewrite(uri.query))?.rewritten;
        return instruction === undefined
          ? document.getText()
          : replaceInstruction(document.getText(), document.uri.fsPath, instruction);
      },
    }),
  );
}

/** The commands by which code actions and pages show and apply a rewritten instruction. */
export const instructionCommands: readonly Command[] = [
  { id: compareId, needsTrust: false, run: compareRewrite },
  { id: applyId, needsTrust: false, run: applyRewrite },
];

async function compareRewrite(template: vscode.Uri, folder: string, text = ''): Promise<void> {
  await vscode.commands.executeCommand(
    'vscode.diff',
    template,
    vscode.Uri.from({ scheme, path: template.path, query: folder, fragment: text }),
    l10n.t`${vscode.workspace.asRelativePath(template)}: as written ↔ as rewritten`,
  );
}

/** The newest rewriting of the document's instruction; a rewriting of another text is out of date. */
async function offerFor(document: vscode.TextDocument, runs: readonly RewritingRun[]): Promise<Offer | undefined> {
  const source = sourceIn(document);
  if (!source) return undefined;
  for (const run of runs.filter(({ template }) => resolve(template) === document.uri.fsPath)) {
    const rewrite = await readInstructionRewrite(run.folder);
    if (
      rewrite &&
      rewrite.original.trim() === source.text.trim() &&
      rewrite.rewritten.trim() !== source.text.trim() &&
      fits(document, rewrite)
    )
      return { run, rewrite, source };
  }
  return undefined;
}

function sourceIn(document: vscode.TextDocument): InstructionSource | undefined {
  try {
    return instructionSource(document.getText(), document.uri.fsPath, partialReader(document.uri.fsPath));
  } catch {
    return undefined;
  }
}

function fits(document: vscode.TextDocument, { rewritten }: InstructionRewrite): boolean {
  try {
    replaceInstruction(document.getText(), document.uri.fsPath, rewritten);
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a run's instruction into its template as one undoable edit; warns when the instruction has changed since.
 * @param text another that the run has found
 */
async function applyRewrite(template: vscode.Uri, folder: string, text?: string): Promise<void> {
  const [document, chosen] = await Promise.all([
    vscode.workspace.openTextDocument(template),
    readInstructionRewrite(folder),
  ]);
  const rewrite = chosen && { ...chosen, rewritten: text ?? chosen.rewritten };
  const source = sourceIn(document);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: false,
  });
  if (!source || !rewrite || !fits(document, rewrite)) {
    void vscode.window.showWarningMessage(
      l10n.t`The template has no place for this instruction any more. It is kept in the run.`,
    );
    return;
  }
  const range = rangeOf(document, source);
  editor.revealRange(range);
  if (source.text.trim() === rewrite.rewritten.trim()) {
    void vscode.window.showInformationMessage(l10n.t`The template already has this instruction.`);
    return;
  }
  if (source.text.trim() !== rewrite.original.trim()) {
    const [replace, show] = [l10n.t`Replace`, l10n.t`Show Differences`];
    const answer = await vscode.window.showWarningMessage(
      l10n.t`The instruction in the template is not the one that this run began with. Replace it all the same?`,
      replace,
      show,
    );
    if (answer === show) await compareRewrite(template, folder, text);
    if (answer !== replace) return;
  }
  await editor.edit((edit) => edit.replace(range, rewrite.rewritten));
}

function rangeOf(document: vscode.TextDocument, { span }: InstructionSource): vscode.Range {
  return new vscode.Range(document.positionAt(span[0]), document.positionAt(span[1]));
}

function applyAction(document: vscode.TextDocument, { run, rewrite, source }: Offer): vscode.CodeAction {
  const changes = counted(rewrite.edits.length, 'change');
  const action = new vscode.CodeAction(
    l10n.t`Use the instruction that ${run.id} has rewritten (${changes})`,
    vscode.CodeActionKind.RefactorRewrite,
  );
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(document.uri, rangeOf(document, source), rewrite.rewritten);
  return action;
}

function compareAction(document: vscode.TextDocument, { run }: Offer): vscode.CodeAction {
  const action = new vscode.CodeAction(
    l10n.t`Compare with the instruction that ${run.id} has rewritten`,
    vscode.CodeActionKind.RefactorRewrite,
  );
  action.command = { command: `promptTuner.${compareId}`, title: action.title, arguments: [document.uri, run.folder] };
  return action;
}
