import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Handlers } from '../../channel/messageChannel';
import { whenTrusted } from '../../editor/trust';
import { variantText } from '../../template/edit/variantText';
import { templateName } from '../../template/read/templateName';
import { writeVariant } from '../../workspace/writeVariant';
import type { InspectorProcess } from '../process/inspectorProcess';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import type { runPageSide } from './contract';

type FrontCalls = Pick<(typeof runPageSide)['calls'], 'useText' | 'compareText' | 'measureText'>;

export interface FrontParts {
  readonly watcher: Pick<RunWatcher, 'refresh'>;
  readonly inspector: Pick<InspectorProcess, 'work'>;
}

/** What a person may do with a text of a run's front. @param run throws where it is no longer there */
export function frontHandlers(run: () => WatchedRun, { watcher, inspector }: FrontParts): Handlers<FrontCalls> {
  return {
    async useText({ text }) {
      const { record, folder } = run();
      const template = vscode.Uri.file(record.template.path);
      await vscode.commands.executeCommand('promptTuner.applyInstruction', template, folder, text);
    },
    compareText: ({ text }) => compareAsVariant(run(), text),
    measureText: whenTrusted(
      l10n.t`Nothing is measured in Restricted Mode.`,
      async ({ text }: { readonly text: string }) => {
        await inspector.work('measureText', { folder: run().folder, text });
        await watcher.refresh();
      },
    ),
  };
}

/** Writes the variant and opens it; whether it is measured is for the person to say. */
async function compareAsVariant({ record }: WatchedRun, text: string): Promise<void> {
  const { path } = record.template;
  const front = record.rewritten?.front ?? [];
  const name = `text${front.findIndex((each) => each.text === text) + 1}`;
  const variant = await writeVariant(path, name, variantText(await textNow(record), path, text));
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
