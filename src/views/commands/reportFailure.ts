import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { knownFailure } from '../../classifyError';
import { Failure } from '../../failure';
import { sentences } from '../../words/listed';

/** Shows an error as one sentence with its remedy and a way to its location; never a stack trace. */
export function reportFailure(log: vscode.LogOutputChannel, error: unknown): void {
  const failure =
    knownFailure(error) ?? new Failure('unexpected', error instanceof Error ? error.message : String(error));
  if (failure.code === 'untrusted') return offerTrust(failure.message);
  log.error(`${failure.message} [${failure.code}]`);
  const { file, line = 1, column = 1 } = failure.location;
  const goTo = l10n.t`Go to Place`;
  const openLog = l10n.t`Show Log`;
  const learnMore = l10n.t`Learn More`;
  const text = sentences([failure.message, failure.remedy]);
  void vscode.window.showErrorMessage(text, ...(file ? [goTo] : []), openLog, learnMore).then(async (answer) => {
    if (answer === openLog) log.show();
    if (answer === learnMore) await vscode.commands.executeCommand('promptTuner.openDocumentation', failure.code);
    if (answer !== goTo || !file) return;
    const position = new vscode.Position(line - 1, column - 1);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
  });
}

function offerTrust(refusal: string): void {
  void vscode.window
    .showWarningMessage(refusal, l10n.t`Manage Workspace Trust`)
    .then((answer) => answer && vscode.commands.executeCommand('workbench.trust.manage'));
}
