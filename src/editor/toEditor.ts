import * as vscode from 'vscode';
import type { Edit } from '../template/text/finding';
import type { Position, Range } from '../template/text/position';

/** A position as the editor counts it: line and column from 0, in UTF-16 units. */
export function toPosition({ line, column }: Position): vscode.Position {
  return new vscode.Position(line, column);
}

/** A range as the editor has it. */
export function toRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(toPosition(start), toPosition(end));
}

/** Edits by offset as the editor applies them. */
export function toTextEdits(document: vscode.TextDocument, edits: readonly Edit[]): vscode.TextEdit[] {
  return edits.map(({ start, end, text }) =>
    vscode.TextEdit.replace(new vscode.Range(document.positionAt(start), document.positionAt(end)), text),
  );
}
