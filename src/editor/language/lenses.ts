import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { lensesOf, type Lens } from '../../template/language/lenses';
import type { DocumentContexts } from '../documentContexts';
import { isOn, onSetting } from '../editorSettings';
import { languageId } from '../languageId';
import { toRange } from '../toEditor';

/** Shows actions and last results above line 1, and the number of rows above each data file. */
export function registerLenses(contexts: DocumentContexts): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    contexts.onDidChange(() => changed.fire()),
    onSetting('codeLens', () => changed.fire()),
    vscode.languages.registerCodeLensProvider(
      { language: languageId },
      {
        onDidChangeCodeLenses: changed.event,
        provideCodeLenses: (document) =>
          document.uri.scheme === 'file' && isOn('codeLens', document)
            ? lensesOf(document.getText(), document.uri.fsPath, contexts.known(document)).map(
                (lens) => new vscode.CodeLens(toRange(lens.range), commandOf(lens, document.uri)),
              )
            : [],
      },
    ),
  );
}

function commandOf({ action, title, tooltip, file, run }: Lens, template: vscode.Uri): vscode.Command {
  switch (action) {
    case 'evaluate':
      return { title, command: 'promptTuner.evaluateHard', arguments: [template] };
    case 'train':
      return { title, command: 'promptTuner.train', arguments: [template] };
    case 'compare':
      return { title, command: 'promptTuner.compare', arguments: [template] };
    case 'result':
      return {
        title,
        command: 'promptTuner.openComparison',
        arguments: [template],
        ...(tooltip && { tooltip }),
      };
    case 'olderText':
      return { title, command: 'promptTuner.showText', arguments: [run] };
    case 'rows':
      return {
        title,
        command: 'vscode.open',
        arguments: [vscode.Uri.file(resolve(dirname(template.fsPath), file ?? ''))],
      };
    case 'problems':
      return { title, command: 'workbench.actions.view.problems' };
  }
}
