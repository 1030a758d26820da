import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { documentationPage } from '../template/check/catalogue';

/**
 * Links from the code of a finding to its paragraph in the documentation. The editor opens a line of a file, not an
 * anchor, so the page is searched for the heading.
 * @param extensionUri root of the extension
 */
export function documentationOf(extensionUri: vscode.Uri): (code: string) => vscode.Uri {
  const page = vscode.Uri.joinPath(extensionUri, ...documentationPage.split('/'));
  let lines: readonly string[] | undefined;
  return (code) => {
    lines ??= readLines(page.fsPath);
    const line = lines.findIndex((text) => text.trimEnd() === `### ${code}`);
    return line < 0 ? page : page.with({ fragment: `L${line + 1}` });
  };
}

/** A page that cannot be read has no lines to point at; the link then leads to where it should be. */
function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
