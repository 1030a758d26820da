import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../../support/running/until.mjs';
import { allRuns } from '../runs';
import {
  accept,
  drag,
  inThemes,
  isWatched,
  key,
  openMenu,
  press,
  readFile,
  setTheme,
  themes,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

const at = (name: string): string => join(workspaceFolder(), name);
const made = ['letters.csv', 'letters.prompt', 'letters-2.prompt', 'book.xlsx'];

/** A table as somebody has it, of the rows of an example. */
async function writeTable(): Promise<void> {
  const rows = readFileSync(at('triage/data/train.jsonl'), 'utf8').trim().split('\n');
  const lines = rows.map((line, i) => {
    const { text, label } = JSON.parse(line) as { readonly text: string; readonly label: string };
    return `${i + 1},"${text.replaceAll('"', '""')}",${label}`;
  });
  const content = `no,message,desk\n${lines.join('\n')}\n`;
  await vscode.workspace.fs.writeFile(vscode.Uri.file(at('letters.csv')), Buffer.from(content));
}

const ownRuns = () => allRuns().filter(({ record }) => record.template.path === at('letters.prompt'));

describe('a template from one’s own table', () => {
  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await writeTable();
  });
  after(async () => {
    await setTheme(themes[0][1]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { folder } of ownRuns()) rmSync(folder, { recursive: true });
    for (const name of made) rmSync(at(name), { force: true });
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
  });

  it('is five actions away from a running training', async function () {
    if (!isWatched) this.skip();
    await vscode.commands.executeCommand('workbench.view.explorer');
    let actions = 0;
    const act = async (action: Promise<void>): Promise<void> => {
      await action;
      actions++;
    };
    await act(openMenu('treeitem', 'letters.csv'));
    await act(press('menuitem', 'New Template from Data…'));
    await windowShows(/New Template from letters\.csv \(1\/2\)[\s\S]*desk/, 'from-data-answer');
    await inThemes('from-data-answer');
    await act(accept(/^desk[\s\S]*choice among 4 labels[\s\S]*account \(45\)/));
    await windowShows(/Hold Out 15% each/, 'from-data-rows');
    await inThemes('from-data-rows');
    await act(accept(/Hold Out 15% each/));
    await untilOpen('letters.prompt');
    await windowShows(/20 virtual[\s\S]*Say the desk of the message/, 'from-data-preview');
    await act(press('button', 'Train Soft Prompt'));
    assert.equal(actions, 5);
    await until('the training to be at work', () => ownRuns().some(({ record }) => record.status === 'running'));
    await inThemes('from-data-training');
    const [run] = ownRuns();
    const { train, dev, test } = run!.record.settings.data;
    assert.deepEqual(
      [train, dev, test].map((source) => typeof source === 'object' && [source.file, source.part?.take]),
      [
        ['letters.csv', 'train'],
        ['letters.csv', 'dev'],
        ['letters.csv', 'test'],
      ],
    );
    await vscode.commands.executeCommand('promptTuner.stop', run);
    await until('the run to end', () => ownRuns().every(({ record }) => record.status !== 'running'));
  });

  it('has no finding, and leaves the table as it was', async () => {
    if (!existsSync(at('letters.prompt'))) return;
    const uri = vscode.Uri.file(at('letters.prompt'));
    const findings = vscode.languages.getDiagnostics(uri).filter(({ severity }) => severity < 2);
    assert.deepEqual(findings, []);
    assert.match(
      await readFile('letters.prompt'),
      /tune\.data:\n {2}train: letters\.csv\n {2}dev: 15%\n {2}test: 15%\n/,
    );
    assert.match(await readFile('letters.csv'), /^no,message,desk\n1,/);
  });

  it('is begun by a tab that is dropped onto the view, if it is of a table', async function () {
    if (!isWatched) this.skip();
    await vscode.window.showTextDocument(vscode.Uri.file(at('letters.csv')), { preview: false });
    await vscode.commands.executeCommand('promptTuner.templates.focus');
    await drag(['tab', 'letters.csv'], ['tree', 'Templates']);
    await windowShows(/New Template from letters\.csv \(1\/2\)[\s\S]*desk/, 'from-data-dropped');
    await key('Escape');
    await vscode.window.showTextDocument(vscode.Uri.file(at('README.md')), { preview: false });
    await drag(['tab', 'README.md'], ['tree', 'Templates']);
    await windowShows(/No template can be made of "README\.md": drop a table/, 'from-data-no-table');
    await inThemes('from-data-no-table');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('is refused for a spreadsheet in a sentence that says how to go on', async function () {
    if (!isWatched) this.skip();
    await vscode.workspace.fs.writeFile(vscode.Uri.file(at('book.xlsx')), Buffer.from('PK'));
    await vscode.commands.executeCommand('promptTuner.newFromData', vscode.Uri.file(at('book.xlsx')));
    await windowShows(/"book\.xlsx" is a spreadsheet, which is not read\..*Save the sheet as CSV/, 'from-data-refused');
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
