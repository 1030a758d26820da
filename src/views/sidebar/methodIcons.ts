import * as vscode from 'vscode';
import type { RunMethod } from '../../runs/record/words/recordWords';

/**
 * The picture of a method: lines of text, with diamonds where something is learned; an arrow for answers that came in.
 */
export function methodIcon(
  method: RunMethod,
  extensionUri: vscode.Uri,
): { readonly light: vscode.Uri; readonly dark: vscode.Uri } {
  const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', 'icons', `method-${method}-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}
