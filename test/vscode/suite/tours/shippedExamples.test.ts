import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { allRuns, runsFolder } from '../runs';
import {
  inOrder,
  inThemes,
  isWatched,
  openWith,
  press,
  setTheme,
  themes,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

/** Every turn of a conversation, in its order, with the beginning of the model's that the answer ends. */
const conversation = inOrder(
  /plain form/,
  /20 virtual/,
  /Say who must go on with this talk/,
  /The pain is back\./,
  /Did you take the medicine\?/,
  /I felt well and left it off\./,
  /This is for the/,
);

/** The runs of an example. */
const runsOf = (example: string) =>
  allRuns().filter(({ record }) => record.template.path.startsWith(join(workspaceFolder(), example)));

/** Leaves no run of an example behind, and nothing open. */
async function cleanUp(example: string): Promise<void> {
  await setTheme(themes[0][1]);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  for (const { folder } of runsOf(example)) rmSync(folder, { recursive: true });
  await vscode.commands.executeCommand('promptTuner.refreshRuns');
}

describe('the example in chat form', () => {
  before(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(() => cleanUp('talks'));
  const runsOfExample = () => runsOf('talks');

  it('is shown as a conversation by the preview', async function () {
    if (!isWatched) this.skip();
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument(join(workspaceFolder(), 'talks', 'talks.prompt')),
    );
    await vscode.commands.executeCommand('promptTuner.openPreview');
    await windowShows(conversation, 'talks');
    await inThemes('talks-preview');
  });

  it('trains on its conversations, and compares hard and soft', async () => {
    const template = readFileSync(join(workspaceFolder(), 'talks', 'talks.prompt'), 'utf8');
    const quick = 'tune.steps: 10\ntune.batchSize: 2\ntune.learningRate: 0.1\ntune.evalEvery: 5\n';
    const document = await openWith('talks/talks.ten.prompt', template.replace('tune.format', `${quick}tune.format`));
    await vscode.commands.executeCommand('promptTuner.compare', document.uri, ['hard', 'soft']);
    const records = runsOfExample().map(({ record }) => record);
    assert.deepEqual(
      records.map(({ method, status, settings }) => `${method} ${status} ${settings.format}`).sort(),
      ['hard done chat', 'soft done chat'],
      JSON.stringify(records.map(({ error }) => error)),
    );
    const soft = runsOfExample().find(({ record }) => record.method === 'soft')!;
    assert.equal(soft.folder.startsWith(runsFolder()), true);
    assert.equal(soft.record.progress.step, 10);
  });

  it('has both in the comparison panel, as a table and as charts', async function () {
    await vscode.commands.executeCommand('promptTuner.openComparison');
    await untilOpen('Comparison');
    if (!isWatched) this.skip();
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    const accuracyOf = (method: string): RegExp => {
      const result = runsOfExample().find(({ record }) => record.method === method)?.record.result;
      return new RegExp((result?.accuracy ?? NaN).toFixed(3).replace('.', '\\.'));
    };
    await windowShows(inOrder(/talks/, accuracyOf('hard'), accuracyOf('soft'), /Always “/), 'talks-table');
    await inThemes('talks-table');
    await press('tab', 'Figures');
    await windowShows(inOrder(/Accuracy/, /Learning curves/, /Confusion/), 'talks-charts');
    await inThemes('talks-charts');
  });
});

describe('the example whose answers are text', () => {
  const soft = () => runsOf('orders').find(({ record }) => record.method === 'soft')!;

  before(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await vscode.commands.executeCommand('workbench.view.extension.promptTuner');
    await cleanUp('orders');
  });

  it('is shown by the preview with the answer that a row expects', async function () {
    if (!isWatched) this.skip();
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument(join(workspaceFolder(), 'orders', 'orders.prompt')),
    );
    await vscode.commands.executeCommand('promptTuner.openPreview');
    await windowShows(inOrder(/20 virtual/, /Message:/, /They want/, /order:/), 'orders');
    await inThemes('orders-preview');
  });

  it('trains on its texts, and compares hard and soft by the metrics that it names', async () => {
    const template = readFileSync(join(workspaceFolder(), 'orders', 'orders.prompt'), 'utf8');
    const quick = 'tune.steps: 10\ntune.batchSize: 2\ntune.learningRate: 0.1\ntune.evalEvery: 5\n';
    const document = await openWith(
      'orders/orders.ten.prompt',
      template.replace('tune.metrics', `${quick}tune.metrics`),
    );
    await vscode.commands.executeCommand('promptTuner.compare', document.uri, ['hard', 'soft']);
    const records = runsOf('orders').map(({ record }) => record);
    assert.deepEqual(
      records.map(({ method, status, result }) => [method, status, Object.keys(result?.metrics ?? {}).join()]).sort(),
      [
        ['hard', 'done', 'f1,exact'],
        ['soft', 'done', 'f1,exact'],
      ],
      JSON.stringify(records.map(({ error }) => error)),
    );
  });

  it('has both in the panel, with scores and word differences', async function () {
    await vscode.commands.executeCommand('promptTuner.openComparison');
    await untilOpen('Comparison');
    if (!isWatched) this.skip();
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await windowShows(inOrder(/Token F1/, /hard/, /soft/), 'orders-table');
    await inThemes('orders-table');
    await press('tab', 'Figures');
    await windowShows(inOrder(/Token F1/, /Learning curves/, /Distribution of scores/), 'orders-charts');
    await inThemes('orders-charts');
    await press('tab', 'Rows');
    await windowShows(/64 of 64 rows/, 'orders-rows');
    await press('gridcell', 'Four small fish');
    await windowShows(inOrder(/Row \d+/, /Expected:/, /struck\s+through/), 'orders-rows');
    await inThemes('orders-rows');
  });

  it('has a page for a run, with its answers beside what was expected', async function () {
    if (!isWatched) this.skip();
    await vscode.commands.executeCommand('promptTuner.openRun', soft());
    await windowShows(inOrder(/Token F1/, /Exact match/, /Answers/, /Expected/), 'orders-run');
    await inThemes('orders-run');
  });
});
