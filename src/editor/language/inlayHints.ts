import * as vscode from 'vscode';
import { inlaysOf } from '../../template/language/inlay';
import type { DocumentContexts } from '../documentContexts';
import { isOn, onSetting } from '../editorSettings';
import { languageId } from '../languageId';
import { toPosition } from '../toEditor';

/** Shows token counts inside the text, once the model's tokenizer is known. */
export function registerInlayHints(contexts: DocumentContexts): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    contexts.onDidChange(() => changed.fire()),
    onSetting('inlayHints', () => changed.fire()),
    vscode.languages.registerInlayHintsProvider(
      { language: languageId },
      {
        onDidChangeInlayHints: changed.event,
        provideInlayHints(document, range) {
          if (!isOn('inlayHints', document)) return [];
          return inlaysOf(document.getText(), document.uri.fsPath, contexts.known(document))
            .map(({ position, label, tooltip }) => {
              const hint = new vscode.InlayHint(toPosition(position), label);
              hint.tooltip = tooltip;
              hint.paddingLeft = true;
              return hint;
            })
            .filter((hint) => range.contains(hint.position));
        },
      },
    ),
  );
}
