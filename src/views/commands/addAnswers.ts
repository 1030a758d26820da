import { basename, dirname, extname } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { dataExtensions } from '../../data/format';
import type { Command } from '../../editor/registerCommands';
import { Failure } from '../../failure';
import { isText, object, optional, type Infer } from '../../channel/guards';
import { isSplit, type Split } from '../../runs/record/words/recordWords';
import { loadTemplate } from '../../template/read/loadTemplate';
import type { ComparisonPanel } from '../comparison/panel';
import type { InspectorProcess } from '../process/inspectorProcess';
import type { RunWatcher } from '../runs/runWatcher';
import { chooseTemplate, runsFolderOf } from '../runs/templateChoice';

export interface AnswersParts {
  readonly watcher: RunWatcher;
  readonly panel: Pick<ComparisonPanel, 'open'>;
  readonly inspector: Pick<InspectorProcess, 'work'>;
}

/** Answers that come with the command; what is left out is asked for. */
const isGivenChoice = object({ file: isText, split: optional(isSplit), name: optional(isText) });
type GivenChoice = Infer<typeof isGivenChoice>;

/**
 * *Add Answers from File…*: measures answers that were not produced here in the inspector process and shows them
 * beside the runs of their template.
 */
export function addAnswersCommand(parts: AnswersParts): Command {
  return {
    id: 'addAnswers',
    // A check of the template's may run.
    needsTrust: true,
    run: (selected: unknown, given: unknown) => addAnswers(parts, selected, isGivenChoice(given) ? given : undefined),
  };
}

async function addAnswers(
  { watcher, panel, inspector }: AnswersParts,
  selected: unknown,
  given: GivenChoice | undefined,
): Promise<void> {
  const template = await chooseTemplate(selected);
  if (template === undefined) return;
  const file = given?.file ?? (await askForFile(template));
  if (file === undefined) return;
  const split = given?.split ?? (await askForSplit(template));
  if (split === undefined) return;
  const name = given?.name ?? (await askForName(file));
  if (name === undefined) return;
  const { summary, replaced } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: l10n.t`Measuring the answers of ${basename(file)}` },
    () => inspector.work('score', { file: template, predictions: file, split, name, runs: runsFolderOf(template) }),
  );
  await watcher.refresh();
  panel.open(template);
  const message =
    replaced.length > 0
      ? l10n.t`${summary} They stand for the earlier ones of that name, which stay among the runs.`
      : summary;
  void vscode.window.showInformationMessage(message);
}

async function askForFile(template: string): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t`Add Answers from File: a table or JSON file with a column "prediction"`,
    openLabel: l10n.t`Add`,
    canSelectMany: false,
    defaultUri: vscode.Uri.file(dirname(template)),
    filters: {
      [l10n.t`Answers`]: dataExtensions.map((extension) => extension.slice(1)),
      [l10n.t`All Files`]: ['*'],
    },
  });
  return chosen?.[0]?.fsPath;
}

const splitDetails: Readonly<Record<Split, () => string>> = {
  test: () => l10n.t`The rows that runs are measured on`,
  dev: () => l10n.t`The rows that choose among trained prompts`,
  train: () => l10n.t`The rows that runs are trained on: no interval, no verdict`,
};

/** The split that the answers are to; nobody is asked where the template has one. */
async function askForSplit(template: string): Promise<Split | undefined> {
  const { data } = (await loadTemplate(template)).written;
  const splits = (['test', 'dev', 'train'] as const).filter((split) => data?.[split] !== undefined);
  if (splits.length === 0)
    throw new Failure(
      'data-missing',
      l10n.t`The template names no data that answers could be to.`,
      { file: template },
      l10n.t`Add tune.data with the path of test.`,
    );
  if (splits.length === 1) return splits[0];
  const picked = await vscode.window.showQuickPick(
    splits.map((split) => ({ label: split, detail: splitDetails[split](), split })),
    { title: l10n.t`Add Answers from File`, placeHolder: l10n.t`Which rows are these answers to?` },
  );
  return picked?.split;
}

function askForName(file: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: l10n.t`Add Answers from File`,
    prompt: l10n.t`What the answers are called in comparisons, beside the words “not produced here”.`,
    value: basename(file, extname(file)),
    validateInput: (value) => (value.trim() === '' ? l10n.t`Give the answers a name.` : undefined),
    ignoreFocusOut: true,
  });
}
