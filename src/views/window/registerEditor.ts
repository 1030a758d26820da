import * as vscode from 'vscode';
import { registerDiagnostics, type TemplateFindings } from '../../editor/diagnostics';
import { createDocumentContexts } from '../../editor/documentContexts';
import { registerLanguageFeatures } from '../../editor/language/languageFeatures';
import { registerQuickFixes } from '../../editor/quickFixes';
import { createCheckThread } from '../../inspection/threads/checkThread';
import { createOfferedModels } from '../endpoints/offeredModels';
import { confineEditor } from '../process/trainerSettings';
import type { RunWatcher } from '../runs/runWatcher';
import { runsFolderOf } from '../runs/templateChoice';

export interface EditorParts {
  readonly watcher: RunWatcher;
  readonly secrets: vscode.SecretStorage;
  /** The program that checks templates in a thread. */
  readonly checkProgram: string;
}

/** What is found, offered and shown in the text of templates. */
export function registerEditor({ watcher, secrets, checkProgram }: EditorParts): vscode.Disposable {
  const contexts = createDocumentContexts(runsFolderOf);
  const findings: TemplateFindings = registerDiagnostics({
    contexts,
    elsewhere: createCheckThread(checkProgram),
    runsFolderOf,
  });
  return vscode.Disposable.from(
    contexts,
    findings,
    // Results are shown above the template that they are of.
    { dispose: onResults(watcher, () => findings.checkOpen()) },
    registerQuickFixes(findings),
    registerLanguageFeatures(contexts, createOfferedModels(secrets)),
    confineEditor(() => findings.checkAgain()),
  );
}

/** Calls the listener when a run has ended with a result, or one has gone. @returns how to stop that */
function onResults(watcher: RunWatcher, listener: () => void): () => void {
  let known = '';
  return watcher.onChange(() => {
    const results = watcher.runs
      .filter(({ record }) => record.result)
      .map(({ record: { id, template } }) => `${id} ${template.path}`)
      .join();
    if (results === known) return;
    known = results;
    listener();
  });
}
