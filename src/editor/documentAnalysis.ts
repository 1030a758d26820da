import type * as vscode from 'vscode';
import type { Analysis } from '../template/read/analysis';
import { analysisOf } from '../template/read/analysisCache';
import { partialReader } from '../template/read/partials';

/** The analysis of a document, with the partials that its checks have, so that both share one parse. */
export function analysisOfDocument(document: vscode.TextDocument): Analysis {
  const { scheme, fsPath } = document.uri;
  return analysisOf(document.getText(), fsPath, scheme === 'file' ? partialReader(fsPath) : undefined);
}
