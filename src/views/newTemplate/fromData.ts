import { basename, dirname, extname } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { writeNewFiles } from '../../editor/commands/newFiles';
import { counted } from '../../words/formatNumbers';
import { nameModels } from '../../model/open/listModels';
import { fileName } from '../../template/import/imported';
import { usualShare } from '../../template/settings/data/dataShares';
import { readHeldOut } from '../../template/settings/data/heldOut';
import { readTable, templateFromTable, type KnownTable } from '../../workspace/templateFromTable';
import { pickStep } from '../train/pickStep';
import { answerItems, lastItems, type TableChoice } from './model';

const steps = 2;

/**
 * Asks what of a table is the answer and which rows are held out, and writes and opens the template.
 * @param selected the table; a person chooses one where it is none
 * @returns the template, or nothing where the person leaves
 * @throws Failure where the table makes none
 */
export async function makeFromData(selected: unknown): Promise<vscode.Uri | undefined> {
  const uri = selected instanceof vscode.Uri ? selected : await chooseTable();
  if (!uri) return undefined;
  const table = await readTable(uri.fsPath);
  const choice = await askChoice(table);
  if (!choice) return undefined;
  const folder = vscode.Uri.file(dirname(table.path));
  const name = fileName(basename(table.path, extname(table.path)));
  const made = await writeNewFiles(folder, name, (free) =>
    templateFromTable({ ...choice, table, folder: folder.fsPath, name: free }),
  );
  if (made.notCarried.length > 0)
    void vscode.window.showInformationMessage(`${made.files[0]!.path}: ${made.notCarried.join(' ')}`);
  return vscode.Uri.joinPath(folder, made.files[0]!.path);
}

async function chooseTable(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t`New Template from Data`,
    openLabel: l10n.t`Use`,
    canSelectMany: false,
    filters: { Rows: ['csv', 'tsv', 'tab', 'psv', 'jsonl', 'ndjson', 'json', 'xlsx'], 'All Files': ['*'] },
  });
  return chosen?.[0];
}

/** Leads over both steps; the second can be taken back. */
async function askChoice(table: KnownTable): Promise<TableChoice | undefined> {
  const usual: TableChoice = { model: 'builtin', held: { dev: usualShare, test: usualShare }, as: 'shares' };
  for (;;) {
    const answers = await askAnswers(table);
    if (!answers) return undefined;
    const choice = await askRows(table, { ...usual, answers });
    if (choice !== 'back') return choice;
  }
}

async function askAnswers(table: KnownTable): Promise<readonly string[] | undefined> {
  const title = l10n.t`New Template from ${basename(table.path)}`;
  const items = answerItems(table);
  const result = await pickStep({
    title,
    step: 1,
    totalSteps: steps,
    placeholder: l10n.t`Which column is the answer? ${counted(table.profile.rows, 'row')}`,
    items,
  });
  if (typeof result !== 'object') return undefined;
  const { column } = result.chosen[0]!;
  if (column !== undefined) return [column];
  const several = await pickStep({
    title,
    step: 1,
    totalSteps: steps,
    placeholder: l10n.t`Which columns are the answer, together?`,
    items: items.filter((item) => item.column !== undefined),
    many: true,
  });
  return typeof several === 'object' ? several.chosen.map(({ label }) => label) : undefined;
}

async function askRows(table: KnownTable, first: TableChoice): Promise<TableChoice | 'back' | undefined> {
  for (let choice = first; ;) {
    const result = await pickStep({
      title: l10n.t`New Template from ${basename(table.path)}`,
      step: 2,
      totalSteps: steps,
      placeholder: l10n.t`Which rows are held out to choose and to measure by?`,
      items: lastItems(table, choice),
    });
    if (typeof result !== 'object') return result;
    const { step } = result.chosen[0]!;
    if (step === 'create') return choice;
    if (step === 'files') return { ...choice, as: 'files' };
    choice = await changed(choice, step);
  }
}

/** The choice with what one more question has settled; as it is where that is left. */
async function changed(choice: TableChoice, step: 'shares' | 'kind' | 'model'): Promise<TableChoice> {
  if (step === 'kind') return { ...choice, kind: choice.kind === 'text' ? undefined : 'text' };
  if (step === 'shares') {
    const written = await vscode.window.showInputBox({
      title: l10n.t`Rows That Are Held Out`,
      prompt: l10n.t`A share for dev and test each, or one for each, separated by a comma.`,
      value: `${choice.held.dev}%,${choice.held.test}%`,
      ignoreFocusOut: true,
      validateInput: (text) => (readHeldOut(text) ? undefined : l10n.t`Write 15%, or 10%,20%: together below 100%.`),
    });
    const held = written === undefined ? undefined : readHeldOut(written);
    return held ? { ...choice, held } : choice;
  }
  const models = await nameModels();
  const model = await vscode.window.showQuickPick(
    models.map(({ id, details }) => ({ label: id, description: details })),
    { title: l10n.t`Model`, placeHolder: l10n.t`Label words are chosen for its tokenizer`, ignoreFocusOut: true },
  );
  return model ? { ...choice, model: model.label } : choice;
}
