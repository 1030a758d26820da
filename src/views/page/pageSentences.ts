import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';

/**
 * The sentences of the window's language that a page says, by the English ones; none where that is English.
 * @param pages folder of the built pages, where the build has left what each of them says
 */
export function pageSentences(pages: vscode.Uri, name: string): Readonly<Record<string, string>> | undefined {
  const all = vscode.l10n.bundle;
  if (all === undefined) return undefined;
  const path = vscode.Uri.joinPath(pages, `${name}.sentences.json`).fsPath;
  const said = JSON.parse(readFileSync(path, 'utf8')) as readonly string[];
  return Object.fromEntries(said.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));
}
