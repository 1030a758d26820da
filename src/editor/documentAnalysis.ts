import type * as vscode from 'vscode';
import type { Analysis } from '../template/read/analysis';
import { analysisOf } from '../template/read/analysisCache';
import { partialReader } from '../template/read/template';

/** A document taken apart, with the same partials as its checks have, so that one parse serves both. */
export function analysisOfDocument(document: vscode.TextDocument): Analysis {
  const { scheme, fsPath } = document.uri;
  return analysisOf(document.getText(), fsPath, scheme === 'file' ? partialReader(fsPath) : undefined);
}
