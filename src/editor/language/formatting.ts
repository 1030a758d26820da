import * as vscode from 'vscode';
import { formatTemplate } from '../../template/language/format';
import { languageId } from '../languageId';
import { toTextEdits } from '../toEditor';

/** Formats the spaces inside braces; everything else is the prompt itself. */
export function registerFormatting(): vscode.Disposable {
  return vscode.languages.registerDocumentFormattingEditProvider(
    { language: languageId },
    {
      provideDocumentFormattingEdits: (document) => toTextEdits(document, formatTemplate(document.getText())),
    },
  );
}
