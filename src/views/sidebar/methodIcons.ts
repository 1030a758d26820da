import * as vscode from 'vscode';
import type { Method } from '../../template/settings/settings';

/** The picture of a method: lines of text, with diamonds where something is learned. */
export function methodIcon(
  method: Method,
  extensionUri: vscode.Uri,
): { readonly light: vscode.Uri; readonly dark: vscode.Uri } {
  const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', 'icons', `method-${method}-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}
