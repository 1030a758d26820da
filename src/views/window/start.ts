import { join } from 'node:path';
import type * as vscode from 'vscode';
import { loadProgram } from '../../files/codeCache';

/** After so long a window has drawn what it starts with. */
const restMilliseconds = 5_000;

/**
 * Starts the extension by the code that V8 has kept of an earlier window: to read its source takes half the time of its
 * activation.
 */
export function activate(context: vscode.ExtensionContext): void {
  const folder = context.globalStorageUri.fsPath;
  const program = loadProgram(join(__dirname, 'extension.js'), { folder, require });
  const rest = setTimeout(() => void program.keep(), restMilliseconds);
  context.subscriptions.push({ dispose: () => clearTimeout(rest) });
  (program.exports as { readonly activate: (context: vscode.ExtensionContext) => void }).activate(context);
}
