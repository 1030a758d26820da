import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { readRun } from '../../../../src/runs/store/runFolder';
import { untilHolds } from '../../../support/running/until.mjs';
import { newestFirst, runsFolder, type Run } from '../runs';
import { days } from '../../../support/runs/weatherDays';
import {
  cutOff,
  inOrder,
  inThemes,
  isWatched,
  key,
  openWith,
  press,
  readWindow,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

// By its name this file comes behind training.test.ts, which begins in a tree without runs.
/** The runs whose id names a template, newest first; wherever it lies by now. */
async function runsNamed(name: string): Promise<readonly Run[]> {
  const folders = readdirSync(runsFolder())
    .filter((id) => id.includes(name))
    .map((id) => join(runsFolder(), id));
  const runs = await Promise.all(folders.map(async (folder) => ({ folder, record: await readRun(folder) })));
  return runs.sort(newestFirst);
}

const text = (steps: string, body = 'The weather was') => `---
model: builtin
output:
  schema:
    label(enum): [wet, dry]
tune.data: { train: train.csv, dev: dev.csv, test: test.csv }
${steps}---
{{soft 4}}{{text}}. ${body}{{label}}
`;
const quick = 'tune.steps: 4\ntune.evalEvery: 2\ntune.learningRate: 0.1\n';

const table = (when: string) =>
  `text,label\n${days
    .slice(0, 6)
    .map(([day, label]) => `"${day}, ${when}",${label}`)
    .join('\n')}\n`;

const edit = async (document: vscode.TextDocument, now: string) => {
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), now);
  await vscode.workspace.applyEdit(change);
  await document.save();
};

describe('results and the texts that they are of', () => {
  let document: vscode.TextDocument;

  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const split of ['train', 'dev', 'test'])
      await vscode.workspace.fs.writeFile(
        vscode.Uri.file(join(workspaceFolder(), 'sky', `${split}.csv`)),
        Buffer.from(table(split)),
      );
    document = await openWith('sky/forecast.prompt', text(quick));
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('stand for several seeds by their mean, in lens, tree and page alike', async function () {
    await vscode.commands.executeCommand('promptTuner.train', document.uri, {
      methods: ['soft'],
      set: { 'tune.seed': '1, 2, 3' },
    });
    const runs = await runsNamed('forecast');
    assert.deepEqual(
      runs.map(({ record }) => record.status),
      ['done', 'done', 'done'],
      JSON.stringify(runs.map(({ record }) => record.error)),
    );
    if (!isWatched) this.skip();
    const mean = runs.reduce((sum, { record }) => sum + record.result!.accuracy, 0) / 3;
    await vscode.window.showTextDocument(document);
    await windowShows(new RegExp(`soft ${mean.toFixed(3)}, mean of 3 seeds, on 6 rows of test`), 'lens');
    await windowShows(new RegExp(`forecast\\s*soft ${mean.toFixed(2)}`), 'templates');
    await windowShows(new RegExp(`seed\\s*3 runs · best ${mean.toFixed(2)}`), 'runs');
    await vscode.commands.executeCommand('promptTuner.openRun', runs[0]);
    await windowShows(new RegExp(`Accuracy, mean of 3 seeds\\s*${mean.toFixed(3)} ±`), 'page');
  });

  it('are called after a new name at once, in the tree and on a tab behind others', async function () {
    const [run] = await runsNamed('forecast');
    await vscode.commands.executeCommand('promptTuner.openRun', run);
    await untilOpen('Soft Prompt on forecast');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('promptTuner.renameRun', run, 'the wet one');
    await untilOpen('the wet one');
    if (!isWatched) this.skip();
    await vscode.commands.executeCommand('promptTuner.openComparison', document.uri);
    await windowShows(inOrder(/the wet one/, /the wet one · |the wet one/), 'named');
    await vscode.commands.executeCommand('promptTuner.renameRun', run, '');
    await untilOpen('Soft Prompt on forecast');
  });

  it('follow their template when it is renamed, and when its folder is moved', async () => {
    const to = vscode.Uri.file(join(workspaceFolder(), 'sky', 'outlook.prompt'));
    const renaming = new vscode.WorkspaceEdit();
    renaming.renameFile(document.uri, to);
    await vscode.workspace.applyEdit(renaming);
    const paths = async () => [...new Set((await runsNamed('forecast')).map(({ record }) => record.template.path))];
    await untilHolds('the new path', async () => assert.deepEqual(await paths(), [to.fsPath]));
    const moved = vscode.Uri.file(join(workspaceFolder(), 'heaven'));
    const moving = new vscode.WorkspaceEdit();
    moving.renameFile(vscode.Uri.file(join(workspaceFolder(), 'sky')), moved);
    await vscode.workspace.applyEdit(moving);
    await untilHolds('the new folder', async () => {
      assert.deepEqual(await paths(), [join(moved.fsPath, 'outlook.prompt')]);
      for (const { record } of await runsNamed('forecast'))
        assert.equal(record.data.test?.path, join(moved.fsPath, 'test.csv'));
    });
    document = await vscode.workspace.openTextDocument(join(moved.fsPath, 'outlook.prompt'));
    await vscode.window.showTextDocument(document);
    if (isWatched) await windowShows(/outlook\s*soft \d\.\d\d/, 'moved');
  });

  it('follow a template that was moved outside the window, by its text', async () => {
    const from = document.uri;
    const to = vscode.Uri.file(join(workspaceFolder(), 'heaven', 'tomorrow.prompt'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // Behind the editor's back: its own file service does not tell of it.
    await vscode.workspace.fs.writeFile(to, Buffer.from(text(quick)));
    await vscode.workspace.fs.delete(from);
    await untilHolds('the new path', async () => {
      for (const { record } of await runsNamed('forecast')) assert.equal(record.template.path, to.fsPath);
    });
    document = await vscode.workspace.openTextDocument(to);
    await vscode.window.showTextDocument(document);
  });

  it('are of an older text once it is edited, and show that text', async function () {
    await edit(document, text(quick, 'The sky was'));
    const [run] = await runsNamed('forecast');
    if (isWatched) {
      await windowShows(/mean of 3 seeds, on 6 rows of test, of an older text[\s\S]*Show That Text/, 'lens');
      await windowShows(/tomorrow\s*soft \d\.\d\d, older text/, 'templates');
      await inThemes('older-lens');
      await vscode.commands.executeCommand('promptTuner.openRun', run);
      await windowShows(/This result is of an older text: the text changed since\./, 'page');
      await inThemes('older-page');
      await vscode.commands.executeCommand('promptTuner.openComparison', document.uri);
      await windowShows(/Of an older text/, 'panel');
      await inThemes('older-panel');
      await press('button', 'Actions of run A');
      await windowShows(/Show That Text\s*Rename\s*Show Log/, 'panel');
      await key('Escape');
      await untilHolds('nothing to be cut off', async () => assert.deepEqual(await cutOff(), []));
    }
    await vscode.commands.executeCommand('promptTuner.showText', run);
    await untilOpen('tomorrow: text of Soft Prompt on tomorrow ↔ now');
    if (!isWatched) this.skip();
    await windowShows(/The\sweather\swas[\s\S]*The\ssky\swas/, 'difference');
    await inThemes('older-difference');
  });

  it('are long in coming, which tree, page and status bar tell from the first rate that is tried', async function () {
    if (!isWatched) this.skip();
    const training = vscode.commands.executeCommand('promptTuner.train', document.uri, {
      methods: ['soft'],
      set: { 'tune.learningRate': 'auto', 'tune.steps': '4000' },
    });
    const shown = /soft · trying rate \d of \d/;
    await windowShows(shown, 'trying');
    const [run] = await runsNamed('tomorrow');
    await vscode.commands.executeCommand('promptTuner.openRun', run);
    await windowShows(inOrder(/soft trying rate \d of \d/), 'bar');
    await windowShows(inOrder(/trying rate \d of \d · step \d+\/\d+ · [\d.]+ (?:ms|s|min)[^\n]* left/), 'page');
    await readWindow('trying-rates', true);
    await vscode.commands.executeCommand('promptTuner.stop', run);
    await training;
  });

  it('of free text say what such a task has, and show answers beside what was expected', async function () {
    const free = await openWith('heaven/free.prompt', text(quick).replace('label(enum): [wet, dry]', 'label: string'));
    await vscode.commands.executeCommand('promptTuner.train', free.uri, { methods: ['soft'], set: {} });
    const [run] = await runsNamed('free');
    assert.equal(run?.record.status, 'done', JSON.stringify(run?.record.error));
    if (!isWatched) this.skip();
    await vscode.commands.executeCommand('promptTuner.openRun', run);
    const shown = await windowShows(inOrder(/Exact match/, /Loss per answer token/, /Answers/, /Expected/), 'free');
    assert.doesNotMatch(shown, /Macro-F1/);
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await inThemes('free-text');
    await vscode.commands.executeCommand('workbench.view.extension.promptTuner');
  });

  it('of another template come into the one panel, also where it lies hidden behind an editor', async function () {
    if (!isWatched) this.skip();
    const panels = () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ label }) => label === 'Comparison').length;
    await vscode.commands.executeCommand('promptTuner.openComparison', document.uri);
    await windowShows(/Compare Methods…[\s\S]*tomorrow · soft/, 'one');
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Active);
    await vscode.commands.executeCommand(
      'promptTuner.openComparison',
      vscode.Uri.file(join(workspaceFolder(), 'heaven', 'free.prompt')),
    );
    const shown = await windowShows(/Compare Methods…[\s\S]*free · soft/, 'other');
    assert.doesNotMatch(shown, /tomorrow · soft/);
    assert.equal(panels(), 1);
  });
});
