import * as vscode from 'vscode';
import { definitionsAt, linksOf } from '../../template/language/definitions';
import { languageId } from '../languageId';
import { toRange } from '../toEditor';

/** Links a name to its definition, and the name of a file to the file. */
export function registerNavigation(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerDefinitionProvider(
      { language: languageId },
      {
        provideDefinition: (document, position) =>
          definitionsAt(document.getText(), document.offsetAt(position), document.uri.fsPath).map(
            ({ origin, file, range }): vscode.LocationLink => ({
              originSelectionRange: toRange(origin),
              targetUri: range ? document.uri : vscode.Uri.file(file),
              targetRange: range ? toRange(range) : new vscode.Range(0, 0, 0, 0),
            }),
          ),
      },
    ),
    vscode.languages.registerDocumentLinkProvider(
      { language: languageId, scheme: 'file' },
      {
        provideDocumentLinks: (document) =>
          linksOf(document.getText(), document.uri.fsPath).map(
            ({ range, file }) => new vscode.DocumentLink(toRange(range), vscode.Uri.file(file)),
          ),
      },
    ),
  );
}
