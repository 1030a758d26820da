import type * as vscode from 'vscode';
import type { Analysis } from '../template/analysis';
import { analysisOf } from '../template/analysisCache';
import { partialReader } from '../template/template';

/** A document taken apart, with the same partials as its checks have, so that one parse serves both. */
export function analysisOfDocument(document: vscode.TextDocument): Analysis {
  const { scheme, fsPath } = document.uri;
  return analysisOf(document.getText(), fsPath, scheme === 'file' ? partialReader(fsPath) : undefined);
}
