import * as vscode from 'vscode';
import { occurrencesAt } from '../../template/language/rename';
import type { DocumentContexts } from '../documentContexts';
import { languageId } from '../languageId';
import { toRange } from '../toEditor';

/** Shows the other occurrences of a name in body and front matter, without other things of the same name. */
export function registerOccurrences(contexts: DocumentContexts): vscode.Disposable {
  const rangesAt = (document: vscode.TextDocument, position: vscode.Position) =>
    occurrencesAt(document.getText(), document.offsetAt(position), contexts.known(document)).map(toRange);
  return vscode.Disposable.from(
    vscode.languages.registerDocumentHighlightProvider(
      { language: languageId },
      {
        provideDocumentHighlights: (document, position) =>
          rangesAt(document, position).map((range) => new vscode.DocumentHighlight(range)),
      },
    ),
    vscode.languages.registerReferenceProvider(
      { language: languageId },
      {
        provideReferences: (document, position) =>
          rangesAt(document, position).map((range) => new vscode.Location(document.uri, range)),
      },
    ),
  );
}
