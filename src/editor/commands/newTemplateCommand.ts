import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { newTemplate, templateKinds, type TemplateKind } from '../../template/import/newTemplate';
import { writeNewFiles } from './newFiles';
import type { Command } from '../registerCommands';

/** Answers that a caller of the command may give in advance. */
interface Wanted {
  readonly kind?: TemplateKind;
  readonly name?: string;
}

/** The command that begins a template from a kind of task; without a folder open it begins as an unsaved document. */
export const newTemplateCommand: Command = {
  id: 'newTemplate',
  needsTrust: false,
  run: async (wanted?: Wanted) => {
    const kind = wanted?.kind ?? (await chooseKind());
    if (kind === 'data') await vscode.commands.executeCommand('promptTuner.newFromData');
    if (!kind || kind === 'data') return;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (!folder) {
      const [template] = (await newTemplate(kind, kind)).files;
      await vscode.window.showTextDocument(
        await vscode.workspace.openTextDocument({ language: 'dotprompt', content: template!.text }),
      );
      return;
    }
    const name =
      wanted?.name ??
      (await vscode.window.showInputBox({
        title: l10n.t`New Prompt Template`,
        prompt: l10n.t`Name of the template and of its files`,
        value: kind,
        validateInput: (value) => (value.trim() === '' ? l10n.t`A template needs a name.` : undefined),
      }));
    if (name === undefined) return;
    try {
      await writeNewFiles(folder, name, (free) => newTemplate(kind, free));
    } catch (error) {
      void vscode.window.showErrorMessage(
        l10n.t`The template could not be written. ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  },
};

async function chooseKind(): Promise<TemplateKind | 'data' | undefined> {
  const kinds = templateKinds.map(({ kind, title, detail }) => ({ label: title(), detail: detail(), task: kind }));
  const fromData = {
    label: l10n.t`From Data…`,
    detail: l10n.t`a table of texts and answers that is there`,
    task: 'data' as const,
  };
  const items = [fromData, ...kinds];
  return (
    await vscode.window.showQuickPick(items, {
      title: l10n.t`New Prompt Template`,
      placeHolder: l10n.t`What is the task?`,
    })
  )?.task;
}
