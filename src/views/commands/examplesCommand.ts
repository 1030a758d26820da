import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Command } from '../../editor/registerCommands';
import { Failure } from '../../failure';
import { requireWritten } from '../../runs/record/recordedExamples';
import { changedSpan } from '../../template/edit/changedSpan';
import { withExamplesText } from '../../template/examples/insertExamples';
import { partialReader } from '../../template/read/partials';
import { runFor } from '../runs/runSelection';
import type { RunWatcher } from '../runs/runWatcher';

/** *Write Examples into Template*: those of a run become text of its template. */
export function examplesCommand(watcher: Pick<RunWatcher, 'runs'>): Command {
  return {
    id: 'useExamples',
    needsTrust: false,
    run: async (selected: unknown) => {
      const run = await runFor('useExamples', selected, { runs: watcher.runs, work: l10n.t`take examples from` });
      if (!run) return;
      const { record, folder } = run;
      requireWritten(record, folder, l10n.t`be written into a template`);
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(record.template.path));
      const edit = changedSpan(document.getText(), textWithExamples(document, record.examples?.source));
      const editor = await vscode.window.showTextDocument(document, { preview: false });
      const range = new vscode.Range(document.positionAt(edit.start), document.positionAt(edit.end));
      await editor.edit((builder) => builder.replace(range, edit.text));
      editor.revealRange(new vscode.Range(range.start, document.positionAt(edit.start + edit.text.length)));
    },
  };
}

/** @throws Failure "examples-form" where the template has examples already, or no place for them */
function textWithExamples(document: vscode.TextDocument, source: string | undefined): string {
  const { fsPath } = document.uri;
  if (source === undefined) throw new Failure('examples-rows', l10n.t`The run shows no examples.`, { file: fsPath });
  return withExamplesText(document.getText(), fsPath, { source, readPartial: partialReader(fsPath) });
}
