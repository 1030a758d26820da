import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Handlers } from '../../channel/messageChannel';
import { whenTrusted } from '../../editor/trust';
import { templateName } from '../../template/read/templateName';
import { writeFrontVariant } from '../../workspace/writeFrontText';
import type { WatchedRun } from '../runs/runWatcher';
import type { frontCalls } from './contract';
import type { TextMeasurements } from './textMeasurements';

/** What a person may do with a text of a run's front. @param find throws where the run is no longer there */
export function frontHandlers(
  find: (run: string) => WatchedRun,
  measurements: Pick<TextMeasurements, 'measure' | 'stop'>,
): Handlers<typeof frontCalls> {
  return {
    async useText({ run, text }) {
      const { record, folder } = find(run);
      const template = vscode.Uri.file(record.template.path);
      await vscode.commands.executeCommand('promptTuner.applyInstruction', template, folder, text);
    },
    compareText: ({ run, text }) => compareAsVariant(find(run), text),
    measureText: whenTrusted(
      l10n.t`Nothing is measured in Restricted Mode.`,
      ({ run, text }: { readonly run: string; readonly text: string }) => measurements.measure(find(run), text),
    ),
    stopMeasuring: ({ run, text }) => measurements.stop(find(run), text),
  };
}

/** Writes the variant and opens it; whether it is measured is for the person to say. */
async function compareAsVariant({ record }: WatchedRun, text: string): Promise<void> {
  const { path } = record.template;
  const variant = await writeFrontVariant(record, text, await textNow(record));
  await vscode.window.showTextDocument(vscode.Uri.file(variant), {
    viewColumn: vscode.ViewColumn.Beside,
    preview: false,
  });
  void offerMeasuring(variant, templateName(path));
}

/** The template as the editor has it, saved or not; where its file is gone, as the run kept it. */
async function textNow({ template }: WatchedRun['record']): Promise<string> {
  try {
    return (await vscode.workspace.openTextDocument(vscode.Uri.file(template.path))).getText();
  } catch {
    return template.text;
  }
}

async function offerMeasuring(variant: string, template: string): Promise<void> {
  const measure = l10n.t`Measure and Compare`;
  const answer = await vscode.window.showInformationMessage(
    l10n.t`${basename(variant)} is a variant of ${template}. Once it is measured, it stands in the comparison.`,
    measure,
  );
  if (answer !== measure) return;
  const uri = vscode.Uri.file(variant);
  await vscode.commands.executeCommand('promptTuner.openComparison', uri);
  await vscode.commands.executeCommand('promptTuner.evaluateHard', uri);
}
