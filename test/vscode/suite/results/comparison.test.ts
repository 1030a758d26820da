import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { appendMetrics } from '../../../../src/runs/store/files/metrics';
import { writePredictions } from '../../../../src/runs/store/files/predictionsFile';
import type { RunRecord } from '../../../../src/runs/record/record';
import { createRun } from '../../../../src/runs/store/runFolder';
import { setLabels } from '../../../../src/runs/store/runLabels';
import type { Method } from '../../../../src/template/settings/settings';
import { fixtureFiles, storedRuns } from '../../../support/runs/storedRuns';
import { until, untilHolds } from '../../../support/running/until.mjs';
import { allRuns, runsFolder } from '../runs';
import {
  fill,
  inOrder,
  inThemes,
  isWatched,
  key,
  offend,
  openWith,
  press,
  readWindow,
  reloadWebviews,
  setTheme,
  themes,
  undo,
  untilOpen,
  untilText,
  violations,
  windowShows,
  workspaceFolder,
} from '../window';

const desk = () => join(workspaceFolder(), 'desk');
const templateUri = () => vscode.Uri.file(join(desk(), 'triage.prompt'));

const records = (): readonly RunRecord[] => allRuns().map(({ record }) => record);

/** Two real trainings of two steps; their adapters serve all runs of the fixture, which can then be asked. */
async function trainTwice(): Promise<(method: Method) => RunRecord> {
  const { uri } = await openWith('desk/tried.prompt', readFileSync(templateUri().fsPath, 'utf8'));
  const rows = readFileSync(join(desk(), 'data', 'test.jsonl'), 'utf8')
    .split('\n')
    .slice(0, 8)
    .join('\n');
  writeFileSync(join(desk(), 'data', 'few.jsonl'), rows);
  await vscode.commands.executeCommand('promptTuner.train', uri, {
    methods: ['soft', 'v2'],
    set: {
      'tune.steps': '2',
      'tune.evalEvery': '2',
      'tune.learningRate': '0.1',
      'tune.instruction': 'fixed',
      'tune.data.train': 'data/few.jsonl',
      'tune.data.dev': 'data/few.jsonl',
      'tune.data.test': 'data/few.jsonl',
    },
  });
  const runs = records().filter(({ template }) => template.path === uri.fsPath);
  assert.deepEqual(
    runs.map(({ status, method }) => `${method} ${status}`).sort(),
    ['soft done', 'v2 done'],
    JSON.stringify(runs.map(({ error }) => error)),
  );
  return (method) => runs.find((run) => run.method === (method === 'v2' ? 'v2' : 'soft'))!;
}

async function writeFixture(): Promise<void> {
  for (const [path, text] of Object.entries(fixtureFiles())) {
    mkdirSync(dirname(join(desk(), path)), { recursive: true });
    writeFileSync(join(desk(), path), text);
  }
  const real = await trainTwice();
  for (const { record, predictions, metrics, labels } of storedRuns(desk(), real)) {
    const { rewritten } = record;
    const folder = await createRun(
      runsFolder(),
      record,
      rewritten
        ? {
            'instruction.json': {
              original: rewritten.original,
              rewritten: rewritten.instruction,
              edits: rewritten.edits,
            },
          }
        : {},
    );
    if (predictions.length > 0) await writePredictions(folder, predictions);
    await appendMetrics(folder, metrics);
    if (labels.name !== undefined) await setLabels(folder, { name: labels.name, starred: labels.starred ?? false });
    if (record.result && record.method !== 'hard')
      cpSync(join(runsFolder(), real(record.settings.method).id, 'adapter'), join(folder, 'adapter'), {
        recursive: true,
      });
  }
  await vscode.commands.executeCommand('promptTuner.refreshRuns');
}

const openPanel = () => vscode.commands.executeCommand('promptTuner.openComparison', templateUri());

/** What stands in each tab once it is drawn whole. */
const tabs: readonly (readonly [name: string, shows: RegExp])[] = [
  [
    'Summary',
    inOrder(
      /▲ \+0\.478\s+\[\+0\.383, \+0\.564\], p < 0\.001/,
      /Always “billing”/,
      /How to read this/,
      /3 \(1, 2, 3\)/,
      /McNemar/,
    ),
  ],
  [
    'Figures',
    inOrder(/Accuracy/, /Learning curves/, /Accuracy against trained numbers/, /Seeds/, /Confusion/, /Reliability/),
  ],
  ['Rows', /120 of 120 rows[\s\S]*order 1003/],
  ['Learned', /Each is as likely as the others\.[\s\S]*Settings that differ[\s\S]*Vectors[\s\S]*What it is near to/],
  ['Try it', /Type an input; each run answers/],
];

describe('the comparison panel', () => {
  let heard = 0;

  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await writeFixture();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    if (isWatched) heard = (await violations()).length;
    await openPanel();
    await untilOpen('Comparison');
  });
  after(async () => {
    await setTheme(themes[0][1]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { id } of records()) rmSync(join(runsFolder(), id), { recursive: true });
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
  });

  it('shows every part, and is drawn in every theme', async function () {
    if (!isWatched) this.skip();
    for (const [name, shows] of tabs) {
      await press('tab', name);
      await windowShows(shows, name);
      await inThemes(`comparison-${name.toLowerCase().replace(' ', '-')}`);
    }
    for (const [, id] of themes) await setTheme(id);
    await setTheme(themes[0][1]);
  });

  it('stars and renames from the table, in the folders of the runs', async function () {
    if (!isWatched) this.skip();
    await press('tab', 'Summary');
    const stars = async () => (await readWindow('stars', false)).split('★').length;
    const before = await stars();
    await press('button', 'Star B');
    const kept = () => JSON.parse(readFileSync(join(runsFolder(), 'run-soft-11', 'labels.json'), 'utf8')) as object;
    await untilHolds('the star', () => assert.deepEqual(kept(), { starred: true }));
    // A button that is drawn anew between a press and its release is not pressed.
    await until('the star to be drawn', async () => (await stars()) > before);
    await press('button', 'Actions of run B');
    await press('menuitem', 'Rename');
    await fill('Name of B', 'three seeds');
    await key('Enter');
    await windowShows(/three seeds\s+triage · soft/, 'renamed');
    await untilHolds('the name', () => assert.deepEqual(kept(), { name: 'three seeds', starred: true }));
  });

  it('copies the table as Markdown and opens its numbers as a document', async function () {
    if (!isWatched) this.skip();
    await press('button', 'Copy as Markdown');
    let copied = '';
    await until(
      'the table',
      async () => (copied = await vscode.env.clipboard.readText()).includes('| B three seeds |'),
      { seen: () => copied },
    );
    assert.match(copied, /^\| B three seeds \| triage \| soft \|.*\| \+0\.478 \[\+0\.383, \+0\.564\], p < 0\.001 \|/m);
    await press('button', 'CSV');
    await until(
      'the document',
      () =>
        vscode.window.activeTextEditor?.document.languageId === 'csv' ||
        vscode.window.activeTextEditor?.document.getText().startsWith('task,') === true,
    );
    assert.match(
      vscode.window.activeTextEditor!.document.getText(),
      /^triage[^,]*,0,three seeds,soft,test,120,1 2 3,0\.8194.*,triage,done,/m,
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('exports a report that says the numbers of the panel', async function () {
    if (!isWatched) this.skip();
    const to = vscode.Uri.file(join(workspaceFolder(), 'panel-report.html'));
    const { showSaveDialog } = vscode.window;
    Object.assign(vscode.window, { showSaveDialog: () => Promise.resolve(to) });
    try {
      await press('button', 'Export Report');
      await until('the report', () => existsSync(to.fsPath) && readFileSync(to.fsPath, 'utf8').includes('</html>'));
    } finally {
      Object.assign(vscode.window, { showSaveDialog });
    }
    const html = readFileSync(to.fsPath, 'utf8');
    assert.match(
      html,
      inOrder(
        /three seeds<\/strong> against hard/,
        /Better: the whole interval lies above zero\./,
        /\+0\.478/,
        /\[\+0\.383, \+0\.564\]/,
      ),
    );
    assert.doesNotMatch(html, /<script|https?:\/\//);
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('opens a row with every method’s probabilities, and shows it in the data file', async function () {
    if (!isWatched) this.skip();
    await press('tab', 'Rows');
    await press('gridcell', 'order 1003');
    await windowShows(/Row 4[\s\S]*Expected: [\s\S]*seed 1[\s\S]*seed 2[\s\S]*seed 3/, 'detail');
    await readWindow('comparison-row', true);
    await press('button', 'Show in Data File');
    await untilHolds('the row in the data file', () => {
      const { document, selection } = vscode.window.activeTextEditor!;
      assert.equal(document.uri.fsPath, join(desk(), 'data', 'test.jsonl'));
      assert.match(document.lineAt(selection.active.line).text, /order 1003\./);
    });
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('opens every answer to the rows with all that is known of it as a document', async function () {
    if (!isWatched) this.skip();
    await press('button', 'JSON');
    await untilHolds('the answers', () => {
      const answers = JSON.parse(vscode.window.activeTextEditor!.document.getText()) as readonly {
        readonly row: number;
        readonly scores: Readonly<Record<string, number>>;
        readonly probabilities: object;
      }[];
      assert.equal(new Set(answers.map(({ row }) => row)).size, 120);
      assert.ok(answers.length > 3 * 120);
      assert.ok(answers.every(({ scores }) => scores.accuracy === 0 || scores.accuracy === 1));
      assert.ok(answers.every(({ probabilities }) => Object.keys(probabilities).length > 1));
    });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('keeps its part, mode, filter and open row while it is hidden, and when webviews are reloaded', async function () {
    if (!isWatched) this.skip();
    await press('button', 'Fixed vs baseline');
    await fill('Filter by text', 'parcel');
    const kept = /Close\s[\s\S]*Row 4|Fixed vs baseline[\s\S]*\n(\d+) of 120 rows/;
    let before = '';
    await until('the filter', async () => {
      const [, found = '120'] = /(\d+) of 120 rows/.exec(await readWindow('filtered', false)) ?? [];
      before = found;
      return Number(found) < 30;
    });
    await windowShows(kept, 'filtered');
    const same = new RegExp(`Fixed vs baseline[\\s\\S]*\\n${before} of 120 rows[\\s\\S]*Row 4`);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(templateUri()), {
      viewColumn: vscode.ViewColumn.One,
    });
    await until('the panel to be hidden', async () => !(await readWindow('hidden', false)).includes('of 120 rows'));
    await openPanel();
    await windowShows(same, 'back');
    await reloadWebviews();
    await windowShows(same, 'reloaded');
    await readWindow('comparison-kept', true);
  });

  it('shows how two templates differ in the editor’s own comparison', async function () {
    if (!isWatched) this.skip();
    await press('tab', 'Learned');
    await press('button', 'Compare the template of E with that of A');
    await until('the comparison of two texts', () =>
      vscode.window.tabGroups.all.some(({ tabs: open }) =>
        open.some(({ input }) => input instanceof vscode.TabInputTextDiff),
      ),
    );
    await windowShows(
      /Message:\s\{\{text\}\}[\s\S]*Text:\s\{\{text\}\}|Text:\s\{\{text\}\}[\s\S]*Message:\s\{\{text\}\}/,
      'diff',
    );
    await readWindow('comparison-diff', true);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('puts a rewritten instruction into its template as one edit that can be undone', async function () {
    if (!isWatched) this.skip();
    const document = await vscode.workspace.openTextDocument(templateUri());
    const before = document.getText();
    await windowShows(/Apply to Template/, 'learned');
    await press('button', 'Apply to Template');
    await untilText(document, before.replace('or the post.', 'or the post. Each is as likely as the others.'));
    await undo(document, before);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('answers a typed input by every method at once, from the trainer’s process', async function () {
    if (!isWatched) this.skip();
    await openPanel();
    await windowShows(/Try it/, 'back');
    await press('tab', 'Try it');
    await windowShows(/Type an input/, 'try');
    await fill('text', 'I was charged twice for my order.');
    await windowShows(/(?:\d+ tokens, [\d.]+ m?s[\s\S]*){4}/, 'answers');
    await untilHolds('every answer', async () =>
      assert.doesNotMatch(await readWindow('comparison-answers', true), /Asking…|cannot be/),
    );
  });

  it('has broken no content security policy, which would have been noticed', async function () {
    if (!isWatched) this.skip();
    const before = await violations();
    assert.deepEqual(before.slice(heard), []);
    await offend();
    await until('the violation', async () => (await violations()).length > before.length);
  });
});
