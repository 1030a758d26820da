import * as vscode from 'vscode';
import { hoverAt } from '../../template/language/hover';
import type { DocumentContexts } from '../documentContexts';
import { languageId } from '../languageId';
import { toRange } from '../toEditor';

/** Explains a variable, a label, virtual tokens or a setting on hover. */
export function registerHover(contexts: DocumentContexts): vscode.Disposable {
  return vscode.languages.registerHoverProvider(
    { language: languageId },
    {
      async provideHover(document, position) {
        const found = hoverAt(document.getText(), document.offsetAt(position), await contexts.now(document));
        return found && new vscode.Hover(new vscode.MarkdownString(found.markdown), toRange(found.range));
      },
    },
  );
}
